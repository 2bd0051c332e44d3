import { parseKernelVersion } from '../../kernel/version.ts';
import { CofferdamError, factOf, type Statement, Unknown, type Value } from '../../posture/index.ts';
import {
  boolean,
  type Document,
  type Entry,
  isNull,
  type Located,
  oneOf,
  parseDocuments,
  type Schema,
  text as word,
} from '../document/index.ts';
import { failed } from '../json.ts';
import { type Handlers, handleKeys, itemsOf, mapOf, Stating, siteOf } from '../stating.ts';
import type { ReadResult } from '../subject.ts';

/**
 * Reads a host profile, our own YAML for `--host FILE`: what the user says of the machine the containers run on, so that
 * verdicts that turn on the kernel, its security modules or its sysctls need not stay unknown. Every fact is `assumed`.
 *
 *     kind: HostProfile
 *     kernel: 6.1.0
 *     lsm: [lockdown, capability, yama, apparmor]
 *     sysctls: { kernel.unprivileged_userns_clone: "0" }
 */
export function readHostProfile(text: string, path: string): ReadResult {
  try {
    const document = parseDocuments(text, path)[0];
    return document === undefined ? { subjects: [], problems: [], skipped: [] } : readProfile(document, path);
  } catch (error) {
    if (error instanceof CofferdamError) return failed(error);
    throw error;
  }
}

function readProfile(document: Document, path: string): ReadResult {
  const stating = new Stating(document, 'host');
  const root = mapOf(document.root, stating);
  if (root) handleKeys(stating, root, PROFILE, 'the host profile');
  const name = root?.entries.get('name')?.value;
  const subject = {
    id: path,
    kind: 'host',
    name: name?.kind === 'scalar' && name.text !== '' ? name.text : 'host',
    artifact: 'host-profile',
    place: stating.context.place(document.root),
    layers: stating.layers(),
    suppressions: [],
  } as const;
  return { subjects: [subject], problems: stating.problems, skipped: [] };
}

/** A key whose value becomes one fact. */
function value<T>(schema: Schema<Located<T>>, facts: (value: Value<T>) => Statement['facts']) {
  return (stating: Stating, entry: Entry): void => {
    const read = stating.read(schema, entry.value);
    if (read !== undefined) stating.assume(siteOf(entry), facts(read));
  };
}

/** A mapping of free names: one fact each. */
function family<T>(schema: Schema<Located<T>>, facts: (name: string, value: Value<T>) => Statement['facts']) {
  return (stating: Stating, entry: Entry): void => {
    for (const [name, member] of mapOf(entry.value, stating)?.entries ?? []) {
      const read = stating.read(schema, member.value);
      if (name === '')
        stating.report('empty-name', 'a name is empty', 'write the name before the colon', siteOf(member));
      else if (read !== undefined) stating.assume(siteOf(member), facts(name, read));
    }
  };
}

const switched = oneOf('y', 'm', 'n');
const loaded = oneOf('loaded', 'available', 'absent');

const PROFILE: Handlers = {
  kind: 'ignored',
  version: 'ignored',
  name: 'ignored',
  description: 'ignored',
  kernel: (stating, entry) => {
    const release = stating.read(word, entry.value);
    if (release === undefined) return;
    const known = typeof release === 'string' && parseKernelVersion(release) !== undefined;
    if (!known)
      stating.report(
        'wrong-value',
        'the kernel release is not understood',
        'write it as `uname -r` does: 6.1.0-23-amd64',
        siteOf(entry),
      );
    stating.assume(siteOf(entry), {
      'host.kernel': known ? release : new Unknown('the host profile gives no kernel release'),
    });
  },
  arch: value(oneOf('x86_64', 'aarch64'), (arch) => ({ 'host.arch': arch })),
  cgroup: value(oneOf('v1', 'v2', 'hybrid'), (cgroup) => ({ 'host.cgroup': cgroup })),
  lsm: (stating, entry) => {
    const modules = stateWords(stating, entry);
    stating.assume(siteOf(entry), { 'host.lsm': modules });
  },
  selinux: (stating, entry) => {
    const mode = stating.read(oneOf('enforcing', 'permissive', 'disabled'), entry.value);
    if (mode !== undefined)
      stating.assume(siteOf(entry), {
        'host.selinux-enforcing': mode instanceof Unknown ? mode : mode === 'enforcing',
      });
  },
  lockdown: value(oneOf('none', 'integrity', 'confidentiality'), (mode) => ({ 'host.lockdown': mode })),
  sysctls: family(word, (name, text) => factOf(`host.sysctl.${name.replaceAll('/', '.')}`, text)),
  'kernel-config': family(switched, (name, state) =>
    factOf(`host.kernel-config.${name.replace(/^CONFIG_/, '')}`, state),
  ),
  parameters: family(word, (name, text) => factOf(`host.kernel-parameter.${name}`, text)),
  modules: family(loaded, (name, state) => factOf(`host.module.${name.replaceAll('-', '_')}`, state)),
  'file-modes': family(word, (path, mode) => factOf(`host.file-mode.${path}`, mode)),
  vulnerabilities: family(word, (name, state) => factOf(`host.vulnerability.${name}`, state)),
  facts: (stating, entry) => {
    for (const [name, member] of mapOf(entry.value, stating)?.entries ?? []) {
      if (name === '')
        stating.report('empty-name', 'a name is empty', 'write the name before the colon', siteOf(member));
      else if (!isNull(member.value))
        stating.assume(siteOf(member), factOf(`host.fact.${name}`, freeValue(stating, member)));
    }
  },
  engine: (stating, entry) => {
    const node = mapOf(entry.value, stating);
    if (node) handleKeys(stating, node, ENGINE, '`engine`');
  },
};

const ENGINE: Handlers = {
  name: value(word, (name) => ({ 'engine.name': name })),
  version: value(word, (version) => ({ 'engine.version': version })),
  rootless: value(boolean, (rootless) => ({ 'engine.rootless': rootless })),
};

function stateWords(stating: Stating, entry: Entry): Value<readonly string[]> {
  // `lsm: lockdown,yama,apparmor` is what /sys/kernel/security/lsm gives.
  if (entry.value.kind === 'scalar') return entry.value.text.split(',').flatMap((name) => name.trim() || []);
  const items = itemsOf(entry.value, stating)?.map((item) => stating.read(word, item));
  const known = items?.filter((item): item is string => typeof item === 'string');
  return known === undefined || known.length !== items?.length ? new Unknown('the list cannot be read') : known;
}

/** A list that aliases repeat must not grow with each of them. */
const MAX_ITEMS = 1_000;

function freeValue(stating: Stating, { value: node }: Entry): Value<boolean | number | string | readonly string[]> {
  if (node.kind === 'list' && node.items.length <= MAX_ITEMS) {
    return node.items.flatMap((item) => (item.kind === 'scalar' ? [item.text] : []));
  }
  if (node.kind !== 'scalar') {
    stating.report(
      'wrong-type',
      'a fact is a word, a number, true, false, or a list of at most 1000 words',
      'write one of these',
      node,
    );
    return new Unknown('the host profile states it as no word');
  }
  if (node.quoted) return node.text;
  if (node.text === 'true' || node.text === 'false') return node.text === 'true';
  return /^-?\d{1,15}(\.\d{1,10})?$/.test(node.text) ? Number(node.text) : node.text;
}
