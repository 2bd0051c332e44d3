import type { Entry, ListNode, MapNode, Node, ScalarNode } from '../document/index.ts';
import { isNull } from '../document/index.ts';
import type { ComposeContext } from './tree.ts';

/**
 * How two statements of the same thing combine (compose-spec 13-merge.md, compose-go override/merge.go). Mappings merge, sequences are
 * appended, the later scalar wins; the exceptions stand in the table. That one target, port or variable occurs once is left to the
 * fold: the later statement of a fact wins there, and the earlier one holds again when the later is withdrawn.
 */
type Rule = 'override' | 'sequence' | 'names' | 'build' | 'logging';

/** By path, `*` for one free step. */
const RULES: Readonly<Record<string, Rule>> = {
  'services.*.annotations': 'sequence',
  'services.*.build': 'build',
  'services.*.build.additional_contexts': 'sequence',
  'services.*.build.args': 'sequence',
  'services.*.build.extra_hosts': 'sequence',
  'services.*.build.labels': 'sequence',
  'services.*.command': 'override',
  'services.*.depends_on': 'names',
  'services.*.deploy.labels': 'sequence',
  'services.*.dns': 'sequence',
  'services.*.dns_opt': 'sequence',
  'services.*.dns_search': 'sequence',
  'services.*.entrypoint': 'override',
  'services.*.env_file': 'sequence',
  'services.*.environment': 'sequence',
  'services.*.extra_hosts': 'sequence',
  'services.*.healthcheck.test': 'override',
  'services.*.label_file': 'sequence',
  'services.*.labels': 'sequence',
  'services.*.logging': 'logging',
  'services.*.models': 'names',
  'services.*.networks': 'names',
  'services.*.sysctls': 'sequence',
  'services.*.tmpfs': 'sequence',
  'services.*.ulimits.*': 'override',
};

const ruleOf = (path: readonly string[]): Rule | undefined => {
  if (path.length < 3) return undefined;
  const rest = path.slice(2).join('.');
  return RULES[`${path[0]}.*.${rest}`] ?? (path.length === 4 ? RULES[`${path[0]}.*.${path[2]}.*`] : undefined);
};

/** The base with what overrides it. `path` as in the document: `['services', 'web', 'ports']`. */
export function mergeNodes(base: Node, over: Node, path: readonly string[], context: ComposeContext): Node {
  if (over.tag === '!override') return over;
  if (isNull(over)) return base;
  if (isNull(base)) return over;
  switch (ruleOf(path)) {
    case 'override':
      return over;
    case 'sequence':
      if (base.kind === 'map' && over.kind === 'map') return mergeMaps(base, over, path, context);
      return { ...over, kind: 'list', items: [...asItems(base), ...asItems(over)] };
    case 'names':
      return mergeAsMaps(asNames(base), asNames(over), path, context);
    case 'build':
      return mergeAsMaps(asBuild(base), asBuild(over), path, context);
    case 'logging':
      return sameDriver(base, over) ? mergeAsMaps(base, over, path, context) : over;
    case undefined:
      break;
  }
  if (base.kind === 'scalar' || over.kind === 'scalar')
    return base.kind === over.kind ? over : mismatch(over, path, context);
  if (base.kind === 'list' && over.kind === 'list') return { ...over, items: [...base.items, ...over.items] };
  return mergeAsMaps(base, over, path, context);
}

function mergeAsMaps(base: Node, over: Node, path: readonly string[], context: ComposeContext): Node {
  return base.kind === 'map' && over.kind === 'map'
    ? mergeMaps(base, over, path, context)
    : mismatch(over, path, context);
}

function mismatch(over: Node, path: readonly string[], context: ComposeContext): Node {
  context.report(
    'merge-type',
    `\`${path.join('.')}\` has another shape than what it overrides`,
    'write it in the same shape, or with `!override`',
    over,
  );
  return over;
}

export function mergeMaps(base: MapNode, over: MapNode, path: readonly string[], context: ComposeContext): MapNode {
  const entries = new Map<string, Entry>(base.entries);
  for (const [key, entry] of over.entries) {
    const below = entries.get(key);
    if (entry.value.tag === '!reset') entries.delete(key);
    else if (below === undefined) entries.set(key, entry);
    else entries.set(key, { ...entry, value: mergeNodes(below.value, entry.value, [...path, key], context) });
  }
  return { ...over, entries };
}

/** `!reset` in a file that overrides nothing takes away what it stands on. */
export function withoutResets(node: Node): Node {
  if (node.kind === 'list') {
    const items = node.items.filter((item) => item.tag !== '!reset');
    return items.length === node.items.length ? node : { ...node, items };
  }
  if (node.kind !== 'map') return node;
  let entries: Map<string, Entry> | undefined;
  for (const [key, entry] of node.entries) {
    if (entry.value.tag === '!reset') {
      entries ??= new Map(node.entries);
      entries.delete(key);
      continue;
    }
    const value = withoutResets(entry.value);
    if (value === entry.value) continue;
    entries ??= new Map(node.entries);
    entries.set(key, { ...entry, value });
  }
  return entries === undefined ? node : { ...node, entries };
}

/** `{A: 1}` as `[A=1]`, one item an entry, each where it stands. */
function asItems(node: Node): readonly Node[] {
  if (node.kind === 'list') return node.items;
  if (node.kind === 'scalar') return [node];
  return [...node.entries].map(([key, entry]) => {
    const value = entry.value;
    const text = isNull(value) || value.kind !== 'scalar' ? key : `${key}=${value.text}`;
    return {
      ...value,
      kind: 'scalar',
      text,
      quoted: true,
      start: entry.keyStart,
      end: Math.max(entry.keyEnd, value.end),
    } as ScalarNode;
  });
}

function asNames(node: Node): Node {
  if (node.kind !== 'list') return node;
  const entries = new Map<string, Entry>();
  for (const item of node.items) {
    if (item.kind !== 'scalar') continue;
    entries.set(item.text, { keyStart: item.start, keyEnd: item.end, value: { ...item, text: '', quoted: false } });
  }
  return { ...(node as Omit<ListNode, 'kind' | 'items'>), kind: 'map', entries };
}

function asBuild(node: Node): Node {
  if (node.kind !== 'scalar') return node;
  const entry = { keyStart: node.start, keyEnd: node.end, value: node };
  return { start: node.start, end: node.end, kind: 'map', entries: new Map([['context', entry]]) };
}

function sameDriver(base: Node, over: Node): boolean {
  const driver = (node: Node): string | undefined => {
    const value = node.kind === 'map' ? node.entries.get('driver')?.value : undefined;
    return value?.kind === 'scalar' ? value.text : undefined;
  };
  const [a, b] = [driver(base), driver(over)];
  return a === undefined || b === undefined || a === b;
}
