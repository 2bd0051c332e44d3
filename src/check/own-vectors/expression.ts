import type { GateName } from '../../model/gates/index.ts';
import { type Expr, GATES, type Gate } from '../../model/index.ts';
import type { DecodeContext, MapNode, Node, ScalarNode } from '../../readers/document/index.ts';
import { nearest } from '../../readers/nearest.ts';
import { GATE_PARAMS } from './gates.ts';
import { found, short, text, type ValueSchema } from './values.ts';
import { WORDS } from './words.ts';

/**
 * Reads one expression: a word by its name, a word with what it takes, `all:` or `any:` of several, or a gate in its plain form
 * (which is also what the words of TypeScript give).
 */
export const expression: ValueSchema<Expr> = {
  what: 'expression',
  decode: (node, context) => read(node, context, 0),
};

/** Aliases make a small text into a large route; real ones have some forty parts and are five deep. */
const MOST_PARTS = 20_000;
const DEEPEST = 40;

const parts = new WeakMap<DecodeContext, number>();

function read(node: Node, context: DecodeContext, depth: number): Expr | undefined {
  const count = (parts.get(context) ?? 0) + 1;
  parts.set(context, count);
  if (count > MOST_PARTS)
    return count === MOST_PARTS + 1
      ? report(context, node, `the file has more than ${MOST_PARTS} expressions`, 'split it, or use fewer aliases')
      : undefined;
  if (depth > DEEPEST) return report(context, node, `expressions are nested deeper than ${DEEPEST}`, 'flatten them');
  if (node.kind === 'scalar') return bareWord(node, context);
  if (node.kind === 'list')
    return report(context, node, 'expected an expression, found a list', 'write `all: […]` or `any: […]`');
  if (node.entries.has('gate')) return plainGate(node, context);
  for (const kind of ['all', 'any'] as const) if (node.entries.has(kind)) return branch(kind, node, context, depth);
  const [only, ...others] = node.entries;
  if (only === undefined || others.length > 0) {
    return report(
      context,
      node,
      `an expression is one word, found ${node.entries.size}`,
      'give each word an item of its own; what it takes goes below it',
    );
  }
  return wordWith(only[0], only[1].value, { start: only[1].keyStart, end: only[1].keyEnd }, context);
}

type Range = { readonly start: number; readonly end: number };

function report(context: DecodeContext, at: Range, message: string, hint: string): undefined {
  return context.report('vector', message, hint, at);
}

function wordNamed(name: string, at: Range, context: DecodeContext) {
  if (Object.hasOwn(WORDS, name)) return WORDS[name];
  const near = nearest(name.slice(0, 60), [...Object.keys(WORDS), 'all', 'any']);
  return report(
    context,
    at,
    `there is no word \`${short(name)}\``,
    near === undefined ? 'the words are listed in docs/own-vectors.md' : `did you mean \`${near}\`?`,
  );
}

function bareWord(node: ScalarNode, context: DecodeContext): Expr | undefined {
  const word = wordNamed(node.text, node, context);
  if (word === undefined) return undefined;
  if (word.takes === undefined) return word.make(undefined);
  const [first = ''] = word.takes.fields.keys();
  return report(
    context,
    node,
    `\`${node.text}\` lacks \`${first}\``,
    `write \`${node.text}: …\` with ${[...word.takes.fields.keys()].join(', ')}`,
  );
}

/** `capable: SYS_ADMIN`, `deviceAllowed: [b, r, 8, 0]`, `mounted: {covers: [/srv], title: …}`. */
function wordWith(name: string, given: Node, at: Range, context: DecodeContext): Expr | undefined {
  const word = wordNamed(name, at, context);
  if (word === undefined) return undefined;
  if (word.takes === undefined) return report(context, given, `\`${name}\` takes nothing`, `write \`- ${name}\``);
  const named = given.kind === 'map' ? given : byPosition(name, given, [...word.takes.fields], context);
  const taken = named === undefined ? undefined : renamed(name, context, () => word.takes?.decode(named, context));
  return taken === undefined ? undefined : word.make(taken);
}

type Fields = readonly (readonly [name: string, field: { readonly schema: { readonly what: string } }])[];

/** The scalar or list form as the mapping that it stands for. */
function byPosition(name: string, given: Node, fields: Fields, context: DecodeContext): MapNode | undefined {
  const takesList = fields[0]?.[1].schema.what.startsWith('list of ') === true;
  const values = given.kind === 'list' && !takesList ? given.items : [given];
  if (values.length > fields.length) {
    return report(
      context,
      given,
      `\`${name}\` takes ${fields.length}, found ${values.length}`,
      `it takes ${fields.map(([field]) => field).join(', ')}`,
    );
  }
  const entries = values.map(
    (value, i) => [fields[i]?.[0] ?? '', { keyStart: value.start, keyEnd: value.end, value }] as const,
  );
  return { kind: 'map', entries: new Map(entries), start: given.start, end: given.end };
}

/** Schemas of gates and words are shared: what they report is put under the word's own name. */
function renamed<T>(name: string, context: DecodeContext, decode: () => T): T {
  const before = context.problems.length;
  const decoded = decode();
  for (const problem of context.problems.slice(before))
    problem.message = problem.message.replace(/\b(?:gate [a-z-]+|word)(?=:| lacks| has no)/, `\`${name}\``);
  return decoded;
}

function plainGate(node: MapNode, context: DecodeContext): Expr | undefined {
  const name = node.entries.get('gate')?.value as Node;
  if (name.kind !== 'scalar')
    return report(context, name, `expected the name of a gate, found ${found(name)}`, 'write gate: capability');
  if (!Object.hasOwn(GATES, name.text)) {
    const near = nearest(name.text.slice(0, 60), Object.keys(GATES));
    return report(
      context,
      name,
      `there is no gate \`${short(name.text)}\``,
      near === undefined ? `gates are ${Object.keys(GATES).join(', ')}` : `did you mean \`${near}\`?`,
    );
  }
  const gate = name.text as GateName;
  const taken = GATE_PARAMS[gate].decodeBeside(node, context, ['gate']);
  // The schema under the gate's name gives that gate's parameters.
  return taken === undefined ? undefined : ({ gate, ...taken } as Gate);
}

/** `all: {title, of: […]}`, or as words of TypeScript give it: `{all: […], title}`. */
function branch(kind: 'all' | 'any', node: MapNode, context: DecodeContext, depth: number): Expr | undefined {
  const value = node.entries.get(kind)?.value as Node;
  const outer = value.kind === 'map';
  const holder = outer ? value : node;
  const list = outer ? value.entries.get('of')?.value : value;
  const allowed = outer ? ['title', 'of'] : [kind, 'title'];
  const before = context.problems.length;
  if (outer && node.entries.size > 1)
    report(context, node, `\`${kind}\` stands alone`, 'put its title below it, beside `of`');
  for (const [key, entry] of holder.entries) {
    if (!allowed.includes(key))
      report(
        context,
        { start: entry.keyStart, end: entry.keyEnd },
        `\`${kind}\` has no \`${short(key)}\``,
        'it takes `title` and `of`',
      );
  }
  const title = holder.entries.get('title');
  const named = title === undefined ? undefined : text.decode(title.value, context);
  const children = list?.kind === 'list' ? list.items.map((child) => read(child, context, depth + 1)) : [];
  if (children.length === 0 && context.problems.length === before)
    report(context, list ?? value, `\`${kind}\` has no parts`, `write ${kind}: {title: …, of: [ … ]}`);
  if (context.problems.length > before) return undefined;
  const of = children.filter((child) => child !== undefined);
  if (of.length < children.length) return undefined;
  const titled = named === undefined ? {} : { title: named };
  return kind === 'all' ? { all: of, ...titled } : { any: of, ...titled };
}
