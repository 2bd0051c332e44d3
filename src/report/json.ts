import type { Finding, PastResult, ResultDocument, TargetResult } from '../check/result.ts';

export interface JsonOptions {
  /** Explanation trees as well: they are large, and made when they are read. */
  readonly trees: boolean;
}

/**
 * The result document itself, as `JSON.stringify` writes it with two spaces, a piece for each object: the whole may be larger than
 * all that was read and judged. Findings of a run have most of their parts in common, so a part that was written is kept.
 */
export function* renderJson(result: ResultDocument, options: JsonOptions = { trees: false }): Generator<string> {
  yield* inObject(result, '', (key) => (key === 'targets' ? targetPieces(result.targets, options) : undefined));
  yield '\n';
}

function* targetPieces(targets: readonly TargetResult[], options: JsonOptions): Generator<string> {
  const findings = new FindingWriter(options);
  for (const [i, target] of targets.entries()) {
    const pieces = inObject(target, '    ', (key) => {
      if (key === 'findings') return inList(target.findings, '      ', (finding) => findings.write(finding));
      if (key === 'past' && target.past !== undefined && !options.trees)
        return [indented(withoutTrees(target.past), '      ')];
      return undefined;
    });
    yield `${i === 0 ? '[' : ','}\n    ${[...pieces].join('')}`;
  }
  yield targets.length === 0 ? '[]' : '\n  ]';
}

/** Of hundreds of entries the trees alone would be larger than the rest. They are made when they are read, so they are passed over. */
function withoutTrees({ data, families, entries }: PastResult): object {
  return {
    data,
    families,
    entries: entries.map((entry) => {
      const keys = (Object.keys(entry) as (keyof typeof entry)[]).filter((key) => key !== 'because' && key !== 'tree');
      return Object.fromEntries(keys.map((key) => [key, entry[key]]));
    }),
  };
}

/** An object of which some values are written in another way. */
function* inObject<T extends object>(
  object: T,
  indent: string,
  other: (key: keyof T) => Iterable<string> | undefined,
): Generator<string> {
  let before = '{';
  for (const key of Object.keys(object) as (keyof T & string)[]) {
    if (object[key] === undefined) continue;
    yield `${before}\n${indent}  ${JSON.stringify(key)}: `;
    yield* other(key) ?? [indented(object[key], `${indent}  `)];
    before = ',';
  }
  yield before === '{' ? '{}' : `\n${indent}}`;
}

function* inList<T>(items: readonly T[], indent: string, write: (item: T) => string): Generator<string> {
  if (items.length === 0) return yield '[]';
  for (const [i, item] of items.entries()) yield `${i === 0 ? '[' : ','}\n${indent}  ${write(item)}`;
  yield `\n${indent}]`;
}

/** As it stands in a document at that indentation: written inside so many lists, which are cut off. */
function indented(value: unknown, indent: string): string {
  const depth = indent.length / 2;
  let nested = value;
  for (let i = 0; i < depth; i++) nested = [nested];
  // Before it, a bracket, a line break and two more blanks a level; behind it, the same with two blanks less.
  return JSON.stringify(nested, null, 2).slice(depth * (depth + 3), -depth * (depth + 1));
}

/** What follows the id, in the order of the type, which is that of the document. */
const KEYS = [
  'vector',
  'title',
  'verdict',
  'depth',
  'severity',
  'phase',
  'mechanism',
  'heldBy',
  'source',
  'statement',
  'because',
  'tree',
  'fixes',
  'settledBy',
  'proof',
  'suppressed',
] as const satisfies readonly (keyof Finding)[];

const INDENT = '          ';

class FindingWriter {
  readonly #heads: readonly (readonly [key: keyof Finding, head: string])[];
  /** Explanations are the most of a document, and containers of one engine share most of them. */
  readonly #explanations = new WeakMap<Finding['because'], string>();
  readonly #words = new Map<unknown, string>();

  constructor({ trees }: JsonOptions) {
    this.#heads = KEYS.filter((key) => trees || key !== 'tree').map((key) => [key, `,\n${INDENT}"${key}": `]);
  }

  write(finding: Finding): string {
    let text = `{\n${INDENT}"id": ${JSON.stringify(finding.id)}`;
    for (const [key, head] of this.#heads) text += head + this.#part(key, finding);
    return `${text}\n        }`;
  }

  #part(key: keyof Finding, finding: Finding): string {
    if (key === 'because') return remembered(this.#explanations, finding.because, indentedPart);
    const value = finding[key];
    if (Array.isArray(value) && value.length === 0) return '[]';
    return typeof value === 'object' ? indentedPart(value) : remembered(this.#words, value, indentedPart);
  }
}

const indentedPart = (value: unknown): string => indented(value, INDENT);

interface Cache<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): unknown;
}

function remembered<K, V>(cache: Cache<K, V>, key: K, make: (key: K) => V): V {
  let value = cache.get(key);
  if (value === undefined) {
    value = make(key);
    cache.set(key, value);
  }
  return value;
}
