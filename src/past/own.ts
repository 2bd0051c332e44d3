import { type Config, readOwnFile } from '../check/index.ts';
import { expression } from '../check/own-vectors/expression.ts';
import { may, need, params } from '../check/own-vectors/params.ts';
import * as value from '../check/own-vectors/values.ts';
import { Fault, type ValueSchema } from '../check/own-vectors/values.ts';
import { PHASES } from '../lifecycle/index.ts';
import { CofferdamError } from '../posture/index.ts';
import { DecodeContext, type MapNode, type Node, parseDocuments } from '../readers/document/index.ts';
import { nearest } from '../readers/nearest.ts';
import { conditionsOf, preconditionNamed } from './compile.ts';
import { COMPONENTS, componentOf } from './components.data.ts';
import type { Confidence, Entry, Gain, Range } from './entry.ts';
import { PATTERNS, PRECONDITIONS, type Precondition } from './preconditions.data.ts';

/**
 * Past vulnerabilities of the user's own, from the YAML files that `past:` of the configuration lists. Conditions are names of the
 * vocabulary, or expressions in the words of own vectors. What is wrong is a problem with its place, and is left out.
 */
export interface OwnPast {
  readonly entries: readonly Entry[];
  readonly problems: readonly CofferdamError[];
}

const WORDING = { noun: 'past vulnerabilities', trust: 'name the configuration with --config, if you trust it' };

export function ownPast({ past }: Pick<Config, 'past'>, taken: ReadonlySet<string>): OwnPast {
  const names = new Set(taken);
  const [entries, problems]: [Entry[], CofferdamError[]] = [[], []];
  for (const file of past) {
    try {
      for (const document of parseDocuments(readOwnFile(file, WORDING), file.shown)) {
        const context = new DecodeContext(document);
        entries.push(...decodeList(document.root, context, names));
        problems.push(...context.problems);
      }
    } catch (error) {
      if (!(error instanceof CofferdamError)) throw error;
      problems.push(error);
    }
  }
  return { entries, problems };
}

const GAINS = value.namesOf<Gain>({
  'root-on-host': true,
  'container-escape': true,
  'host-file-write': true,
  'host-file-read': true,
  'privilege-in-container': true,
  'lsm-bypass': true,
  'info-leak': true,
  dos: true,
  'cluster-takeover': true,
  'policy-bypass': true,
  'network-exposure': true,
  'guest-to-host': true,
  'guest-privilege': true,
  'code-execution-on-client': true,
});
const CONFIDENCES = value.namesOf<Confidence>({ high: true, medium: true, low: true });

/** Begins in capitals, so that it is never a vector's. */
const id = value.scalar('id', (node) =>
  /^[A-Z][A-Za-z0-9]*(-[A-Za-z0-9]+)+$/.test(node.text) && node.text.length <= 60
    ? node.text
    : new Fault('is not the id of a vulnerability', 'write it as in CVE-2024-21626 or ACME-2026-1'),
);

const component = value.scalar('component', (node) =>
  componentOf(node.text) === undefined
    ? value.notAmong(
        node.text,
        COMPONENTS.map(({ name }) => (name.endsWith(':') ? `${name}…` : name)),
        'component',
      )
    : node.text,
);

/** `1.4.0..1.4.3`: from the first affected release to the first that is not; either end may be missing. */
const range: ValueSchema<Range> = value.scalar('range of versions', (node) => {
  const [from = '', below = '', ...rest] = node.text.split('..').map((part) => part.trim());
  const isRelease = (text: string) => text === '' || /^v?\d+(\.\d+)*([-~+][\w.]+)?$/.test(text);
  return rest.length === 0 && node.text.includes('..') && from + below !== '' && isRelease(from) && isRelease(below)
    ? [from, below]
    : new Fault('is no range of versions', 'write it as in 1.4.0..1.4.3: affected from, mended in');
});

const precondition: ValueSchema<Precondition> = { what: 'condition', decode: readCondition };

function readCondition(node: Node, context: DecodeContext): Precondition | undefined {
  if (node.kind === 'scalar') {
    const named = preconditionNamed(node.text);
    if (named !== undefined) return named;
    if (/[:-]/.test(node.text)) return unknownName(node.text, node, context);
  }
  const alternatives = node.kind === 'map' ? node.entries.get('or')?.value : undefined;
  if (alternatives !== undefined) return readAlternatives(node as MapNode, alternatives, context);
  const is = expression.decode(node, context);
  return is === undefined ? undefined : { is };
}

function readAlternatives(node: MapNode, list: Node, context: DecodeContext): Precondition | undefined {
  if (node.entries.size > 1 || list.kind !== 'list' || list.items.length === 0)
    return context.report('past', '`or` takes a list of conditions, and stands alone', 'write or: [a, b]', node);
  const parts = list.items.map((item) => readCondition(item, context));
  const known = parts.filter((part) => part !== undefined);
  return known.length < parts.length ? undefined : { is: { title: 'one of these', any: known.map(({ is }) => is) } };
}

function unknownName(name: string, node: Node, context: DecodeContext): undefined {
  const near = nearest(name.slice(0, 60), [...Object.keys(PRECONDITIONS), ...PATTERNS.map(({ written }) => written)]);
  return context.report(
    'past',
    `there is no condition \`${value.short(name)}\``,
    near === undefined ? 'docs/past.md lists them' : `did you mean \`${near}\`?`,
    node,
  );
}

interface Written {
  readonly id: string;
  readonly title: string;
  readonly component: string;
  readonly phase?: Entry['phase'];
  readonly result: Gain;
  readonly year: number;
  readonly confidence?: Confidence;
  readonly affected?: readonly Range[];
  readonly needs: readonly Precondition[];
}

const WRITTEN = params<Written>('entry', {
  id: need(id),
  title: need(value.text),
  component: need(component),
  phase: may(value.oneOf(PHASES, 'phase')),
  result: need(value.oneOf(GAINS)),
  year: need(value.count),
  confidence: may(value.oneOf(CONFIDENCES)),
  affected: may(value.listOf(range)),
  needs: need(value.listOf(precondition)),
});

/** More than any list has; a bound on what one file can cost. */
const MOST_ENTRIES = 1000;

function decodeList(root: Node, context: DecodeContext, names: Set<string>): Entry[] {
  const list = root.kind === 'map' ? root.entries.get('past')?.value : root;
  if (list?.kind !== 'list') {
    context.report('past', 'the file has no list of past vulnerabilities', 'write past: [ … ]', root);
    return [];
  }
  const [beyond] = list.items.slice(MOST_ENTRIES);
  if (beyond !== undefined)
    context.report('past', `the file has more than ${MOST_ENTRIES} entries`, 'split it', beyond);
  return list.items.slice(0, MOST_ENTRIES).flatMap((node) => {
    const written = WRITTEN.decode(node, context);
    if (written === undefined) return [];
    if (names.has(written.id)) {
      context.report('past', `\`${written.id}\` is there already`, 'choose another id', node);
      return [];
    }
    names.add(written.id);
    return [entryOf(written)];
  });
}

function entryOf({ needs, affected, result, ...written }: Written): Entry {
  const row = componentOf(written.component);
  if (row === undefined) throw new RangeError(`no component ${written.component}`);
  return {
    ...conditionsOf(row, needs, affected),
    ...written,
    phase: written.phase ?? 'run',
    gain: result,
    confidence: written.confidence ?? 'high',
    affected: affected?.map((one) => one.join('..')).join(', ') ?? 'not stated',
    fixed: affected?.map(([, below]) => below).join(', ') ?? 'not stated',
    own: true,
  };
}
