import { CofferdamError, type DaemonValue, factOf, Unknown, type Value } from '../../posture/index.ts';
import {
  boolean,
  type Document,
  type Entry,
  isNull,
  type Node,
  number,
  parseDocuments,
  text as word,
} from '../document/index.ts';
import { failed, readJson } from '../json.ts';
import { nearest } from '../nearest.ts';
import { Stating, siteOf } from '../stating.ts';
import type { ReadOptions, ReadResult } from '../subject.ts';
import { DAEMON_KEYS, type DaemonKey } from './keys.data.ts';
import { readKubelet } from './kubelet.ts';

/**
 * Reads the settings of an engine: Docker's daemon.json, and the kubelet's configuration file. Each key is one statement of
 * the host phase; what is not stated has the engine's default, which `engines` knows.
 */
export function readDaemon(text: string, path: string, _options: ReadOptions): ReadResult {
  if (!text.includes('KubeletConfiguration')) return readDockerFile(text, path);
  try {
    const kubelets = parseDocuments(text, path).filter(isKubelet);
    return kubelets.length === 0
      ? readDockerFile(text, path)
      : joined(kubelets.map((document) => readKubelet(document, path)));
  } catch (error) {
    if (error instanceof CofferdamError) return failed(error);
    throw error;
  }
}

/** dockerd takes an empty file for an empty configuration. */
function readDockerFile(text: string, path: string): ReadResult {
  return text.trim() === ''
    ? { subjects: [], problems: [], skipped: [] }
    : readJson(text, path, (document) => readDockerDaemon(document, path));
}

function joined(results: readonly ReadResult[]): ReadResult {
  return {
    subjects: results.flatMap((result) => result.subjects),
    problems: results.flatMap((result) => result.problems),
    skipped: [],
  };
}

function isKubelet(document: Document): boolean {
  const kind = document.root.kind === 'map' ? document.root.entries.get('kind')?.value : undefined;
  return kind?.kind === 'scalar' && kind.text === 'KubeletConfiguration';
}

function readDockerDaemon(document: Document, path: string): ReadResult {
  const stating = new Stating(document, 'host');
  const { root } = document;
  if (root.kind !== 'map') stating.report('wrong-type', 'daemon.json must hold one object', 'write { … }', root);
  else for (const [key, entry] of root.entries) stateKey(stating, key, entry);
  const subject = {
    id: path,
    kind: 'engine',
    name: 'docker',
    artifact: 'daemon-json',
    place: stating.context.place(root),
    layers: stating.layers(),
    engine: 'docker',
    suppressions: [],
  } as const;
  return { subjects: [subject], problems: stating.problems, skipped: [] };
}

function stateKey(stating: Stating, key: string, entry: Entry): void {
  const known = Object.hasOwn(DAEMON_KEYS, key) ? DAEMON_KEYS[key] : undefined;
  const site = siteOf(entry);
  if (known === undefined) {
    reportUnknown(stating, key, entry);
    return;
  }
  if (known.until !== undefined) {
    stating.report(
      'removed-key',
      `\`${key}\` was removed in Docker ${known.until}: later daemons refuse to start with it`,
      'remove the key',
      site,
    );
  }
  if (isNull(entry.value)) return;
  if (key === 'proxies' && entry.value.kind === 'map') {
    for (const [name, proxy] of entry.value.entries) stateKey(stating, name, proxy);
    return;
  }
  stating.state(site, `${key}: ${shown(entry.value)}`, factOf(`daemon.${key}`, read(stating, known.type, entry.value)));
}

/** dockerd refuses to start with a key that it does not know (daemon/config `findConfigurationConflicts`). */
function reportUnknown(stating: Stating, key: string, entry: Entry): void {
  const near = nearest(key, Object.keys(DAEMON_KEYS));
  const hint =
    near === undefined
      ? 'dockerd refuses to start with an unknown key: remove it'
      : `did you mean \`${near}\`? dockerd refuses to start with an unknown key`;
  stating.report('unknown-key', `\`${key.slice(0, 80)}\` is no key of daemon.json`, hint, {
    start: entry.keyStart,
    end: entry.keyEnd,
  });
}

const SCALARS = { boolean, number, text: word } as const;

function read(stating: Stating, type: DaemonKey['type'], node: Node): Value<DaemonValue> {
  if (type === 'boolean' || type === 'number' || type === 'text') {
    const value: Value<DaemonValue> | undefined = stating.read<DaemonValue>(SCALARS[type], node);
    return value ?? new Unknown('it has no value');
  }
  if (type === 'list' && node.kind === 'list')
    return node.items.map((item) => (item.kind === 'scalar' ? item.text : JSON.stringify(plain(item))));
  if (type === 'record' && node.kind === 'map') return plain(node) as Readonly<Record<string, unknown>>;
  stating.report(
    'wrong-type',
    `expected a ${type === 'list' ? 'list' : 'mapping'}`,
    `write a ${type === 'list' ? 'list' : 'mapping'} here`,
    node,
  );
  return new Unknown('it is of the wrong type');
}

/** The value without its places. Keys become own properties, whatever they are called. */
export function plain(node: Node): unknown {
  if (node.kind === 'list') return node.items.map(plain);
  if (node.kind === 'map')
    return Object.fromEntries([...node.entries].map(([key, entry]) => [key, plain(entry.value)]));
  if (node.quoted) return node.text;
  if (isNull(node)) return null;
  if (node.text === 'true' || node.text === 'false') return node.text === 'true';
  return /^-?\d{1,15}(\.\d+)?$/.test(node.text) ? Number(node.text) : node.text;
}

function shown(node: Node): string {
  return node.kind === 'scalar' ? node.text : JSON.stringify(plain(node));
}
