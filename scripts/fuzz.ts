/**
 * Feeds the readers with mutated artifacts: `npm run fuzz -- --inputs 1000000 --seed 1 [--reader compose]`. Whatever comes in, a reader
 * returns subjects and problems, within bounded time, with places inside the text and facts that are in the vocabulary. Each input
 * follows from seed, reader and number alone; a failure is shrunk and printed with them.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { argv, cpuUsage, exit, stdout } from 'node:process';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { decodeVectors, vectorNodes } from '../src/check/own-vectors/vector.ts';
import { kindOfFact } from '../src/posture/fact-schema.ts';
import { CofferdamError, type Place, Unknown } from '../src/posture/index.ts';
import { readCompose } from '../src/readers/compose/index.ts';
import { readDaemon } from '../src/readers/daemon/index.ts';
import { readDockerfile } from '../src/readers/dockerfile/index.ts';
import { DecodeContext, parseDocuments } from '../src/readers/document/index.ts';
import { readHostProfile } from '../src/readers/host-profile/index.ts';
import { readInspect } from '../src/readers/inspect/index.ts';
import { readKubernetes } from '../src/readers/kubernetes/index.ts';
import { readOciConfig } from '../src/readers/oci/index.ts';
import { readPostures } from '../src/readers/posture/index.ts';
import { readRunLine, readShellScript } from '../src/readers/run-line/index.ts';
import type { ReadOptions, ReadResult } from '../src/readers/subject.ts';
import { FUZZ_SEEDS } from './fuzz-seeds.ts';

export type Read = (text: string, path: string, options: ReadOptions) => ReadResult;

interface Target {
  readonly read: Read;
  readonly path: string;
  readonly texts: readonly string[];
  /** Structured inputs are JSON documents of these words, or lines of them. */
  readonly shape: 'json' | 'lines';
}

const POSTURES = 'posture.jsonl';
const CORPUS = new URL('../test/corpus/', import.meta.url);

/** Texts of the corpus by the end of their names, the shorter ones: a mutation in a short text meets more. */
function corpus(folder: string, end: string): string[] {
  const names = readdirSync(new URL(folder, CORPUS), { recursive: true, encoding: 'utf8' });
  const texts = names
    .filter((name) => name.endsWith(end))
    .sort()
    .map((name) => readFileSync(new URL(`${folder}/${name}`, CORPUS), 'utf8'));
  return texts.filter((text) => text.length < 3000);
}

/** Vectors of one's own have a reader that throws what a document may throw; what it gives are no subjects. */
function readOwnVectors(text: string, path: string): ReadResult {
  const problems = parseDocuments(text, path).flatMap((document) => {
    const context = new DecodeContext(document);
    decodeVectors(vectorNodes(document.root, context), context);
    return context.problems;
  });
  return { subjects: [], problems, skipped: [] };
}

const everyFifth = <T>(items: readonly T[]): T[] => items.filter((_, i) => i % 5 === 0);
const line =
  (engine: 'docker' | 'podman'): Read =>
  (text, path, options) =>
    readRunLine(text, { path, engine }, options);

export const TARGETS: Readonly<Record<string, Target>> = {
  dockerfile: {
    read: readDockerfile,
    path: 'Dockerfile',
    texts: [...corpus('awesome-compose', 'Dockerfile'), ...FUZZ_SEEDS.dockerfile],
    shape: 'lines',
  },
  compose: {
    read: readCompose,
    path: 'compose.yaml',
    texts: [...corpus('awesome-compose', 'compose.yaml'), ...FUZZ_SEEDS.compose],
    shape: 'json',
  },
  'docker-run': { read: line('docker'), path: '<docker-run>', texts: FUZZ_SEEDS.run, shape: 'lines' },
  'podman-run': { read: line('podman'), path: '<podman-run>', texts: FUZZ_SEEDS.run, shape: 'lines' },
  shell: { read: readShellScript, path: 'run.sh', texts: FUZZ_SEEDS.shell, shape: 'lines' },
  kubernetes: {
    read: readKubernetes,
    path: 'pod.yaml',
    texts: [...everyFifth(corpus('pod-security', '.yaml')), ...FUZZ_SEEDS.kubernetes],
    shape: 'json',
  },
  oci: { read: readOciConfig, path: 'config.json', texts: FUZZ_SEEDS.oci, shape: 'json' },
  inspect: { read: readInspect, path: 'inspect.json', texts: FUZZ_SEEDS.inspect, shape: 'json' },
  daemon: { read: readDaemon, path: 'daemon.json', texts: FUZZ_SEEDS.daemon, shape: 'json' },
  'host-profile': { read: readHostProfile, path: 'host.yaml', texts: FUZZ_SEEDS.hostProfile, shape: 'json' },
  posture: { read: readPostures, path: POSTURES, texts: FUZZ_SEEDS.posture, shape: 'json' },
  'own-vectors': { read: readOwnVectors, path: 'vectors.yaml', texts: FUZZ_SEEDS.ownVectors, shape: 'json' },
};

/** Bryc's splitmix32: small, and its state is the seed. */
class Chance {
  #state: number;
  constructor(...seeds: readonly number[]) {
    this.#state = seeds.reduce((state, seed) => Math.imul(state ^ seed, 0x9e3779b1) + 0x7f4a7c15, 0x12345678) | 0;
  }
  below(limit: number): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let mixed = this.#state ^ (this.#state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) % Math.max(1, limit);
  }
  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}

/** Words, numbers and punctuation of the format's own texts, and what breaks parsers anywhere. */
const NASTY = [
  '${',
  '}',
  '$(',
  '`',
  '"',
  "'",
  '\\',
  '\n',
  '\r\n',
  '\t',
  '\u0000',
  '\ufeff',
  '\u2028',
  '\ud800',
  'é',
  '😀',
  '__proto__',
  'constructor',
  'toString',
  '&a ',
  '*a',
  '<<: *a',
  '!!str ',
  '!reset ',
  '---\n',
  '# cofferdam: ignore x y\n',
  '# cofferdam: ignore\n',
  'null',
  '~',
  'true',
  '[]',
  '{}',
  '0',
  '-1',
  '1e999',
  '0x7f',
  '18446744073709551615',
  '99999999999999999999999',
  '-0',
  '..',
  '/',
  ':',
  '::',
  ',',
  '=',
  '|\n',
  '>-\n',
  '? ',
  '- ',
  '*',
  '%',
  '@',
] as const;

function dictionary(texts: readonly string[]): string[] {
  const words = new Set(texts.flatMap((text) => text.match(/[\w./-]+:?|"[^"\n]{1,40}"/g) ?? []));
  return [...words].filter((word) => word.length < 60);
}

type Mutation = (text: string, chance: Chance, target: Prepared) => string;
interface Prepared extends Target {
  readonly words: readonly string[];
  readonly arbitrary: fc.Arbitrary<string>;
}

const splice = (text: string, at: number, length: number, put: string): string =>
  text.slice(0, at) + put + text.slice(at + length);

function lines(text: string, chance: Chance, change: (all: string[], at: number) => void): string {
  const all = text.split('\n');
  change(all, chance.below(all.length));
  return all.join('\n');
}

const MUTATIONS: readonly Mutation[] = [
  (text, chance) =>
    splice(
      text,
      chance.below(text.length),
      1,
      String.fromCharCode(chance.below(chance.below(8) === 0 ? 0xffff : 0x7f)),
    ),
  (text, chance) => splice(text, chance.below(text.length), chance.below(24), ''),
  (text, chance) => {
    const at = chance.below(text.length);
    return splice(text, chance.below(text.length), 0, text.slice(at, at + chance.below(80)));
  },
  (text, chance, { texts }) => {
    const other = chance.of(texts);
    return splice(
      text,
      chance.below(text.length),
      chance.below(40),
      other.slice(chance.below(other.length)).slice(0, chance.below(300)),
    );
  },
  (text, chance) => splice(text, chance.below(text.length), chance.below(4), chance.of(NASTY)),
  (text, chance, { words }) => splice(text, chance.below(text.length), chance.below(4), chance.of(words)),
  // A word for a word: what stays well-formed goes deeper.
  (text, chance, { words }) => {
    const found = [...text.matchAll(/[\w./-]+/g)];
    const word = found.length === 0 ? undefined : chance.of(found);
    return word === undefined
      ? text
      : splice(
          text,
          word.index,
          word[0].length,
          chance.below(3) === 0 ? chance.of(NASTY) : chance.of(words).replace(/:$/, ''),
        );
  },
  (text, chance) =>
    text.replace(/\d+/g, (digits) =>
      chance.below(4) === 0
        ? chance.of([
            '0',
            '-1',
            '4294967296',
            '9007199254740993',
            '18446744073709551616',
            '9'.repeat(60),
            '1e308',
            '0777',
            digits + digits,
          ])
        : digits,
    ),
  (text, chance) => lines(text, chance, (all, at) => void all.splice(at, 1)),
  (text, chance) => lines(text, chance, (all, at) => void all.splice(at, 0, all[chance.below(all.length)] ?? '')),
  (text, chance) =>
    lines(text, chance, (all, at) => all.splice(at, 1, ' '.repeat(chance.below(8)) + (all[at] ?? '').trimStart())),
  (text, chance) =>
    lines(text, chance, (all, at) =>
      all.splice(
        at,
        1,
        (all[at] ?? '').replace(/: ?/, chance.of([': &a ', ': *a', ': !x ', ': |\n', ': [', ': {', ':'])),
      ),
    ),
  (text, chance) => {
    const [open, close] = chance.of([
      ['[', ']'],
      ['{"a":', '}'],
      ['{', '}'],
      ['(', ')'],
      ['$(', ')'],
      ['"${A:-', '}"'],
      ['- ', ''],
    ] as const);
    const deep = chance.below(16) === 0 ? 1500 : chance.below(60);
    return splice(text, chance.below(text.length), 0, open.repeat(deep) + close.repeat(chance.below(2) * deep));
  },
  (text, chance) =>
    splice(
      text,
      chance.below(text.length),
      0,
      chance
        .of(['a', ' ', '\n', '"', '\\', '*a, ', '${A}', '%', '-v '])
        .repeat(chance.below(16) === 0 ? 2000 : chance.below(200)),
    ),
];

function structured(words: readonly string[], shape: Target['shape']): fc.Arbitrary<string> {
  const word = fc.constantFrom(...words.map((one) => one.replace(/^"|"$|:$/g, '')), ...NASTY);
  if (shape === 'lines')
    return fc
      .array(
        fc.array(word, { maxLength: 6 }).map((all) => all.join(' ')),
        { maxLength: 8 },
      )
      .map((all) => all.join('\n'));
  const values = [
    word,
    fc.boolean(),
    fc.integer(),
    fc.double(),
    fc.constant(null),
    fc.string({ unit: 'binary', maxLength: 6 }),
  ];
  return fc
    .object({ key: word, values, maxDepth: 5, maxKeys: 6, withNullPrototype: false })
    .map((value) => JSON.stringify(value));
}

const BATCH = 100;

/** The input of a number: one in eight is structured, the others are texts changed one to six times. */
class Inputs {
  readonly #target: Prepared;
  readonly #seed: number;
  #batch: { readonly first: number; readonly texts: readonly string[] } | undefined;

  constructor(target: Target, seed: number) {
    const words = dictionary(target.texts);
    this.#target = { ...target, words, arbitrary: structured(words, target.shape) };
    this.#seed = seed;
  }

  at(index: number): string {
    if (index % 8 === 7) return this.#structured(index >>> 3);
    const chance = new Chance(this.#seed, index);
    let text = chance.of(this.#target.texts);
    for (let left = 1 + chance.below(6); left > 0; left--)
      text = chance.of(MUTATIONS)(text, chance, this.#target).slice(0, MOST);
    return text;
  }

  #structured(index: number): string {
    const first = index - (index % BATCH);
    if (this.#batch?.first !== first)
      this.#batch = { first, texts: fc.sample(this.#target.arbitrary, { numRuns: BATCH, seed: this.#seed + first }) };
    return this.#batch.texts[index - first] ?? '';
  }
}

const MOST = 6000;
/** Milliseconds of one input. The longest ones above are a hundredth of what a run may hold. */
const TIME_BOUND = 1000;

const BESIDE: Readonly<Record<string, string>> = {
  '.env': 'A=1\nB=${A:-2}\nC="x\n',
  'profile.json': '{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW"}]}',
  'base.yaml': 'services:\n  base: {image: a, privileged: true, volumes: ["/:/host"]}\n',
};

/** What is wrong with what the reader gave for a text. */
export function faultOf({ read, path }: Pick<Target, 'read' | 'path'>, text: string): string | undefined {
  const files = new Map([[path, text]]);
  const options: ReadOptions = {
    read: (name) => {
      const base = name.slice(name.lastIndexOf('/') + 1);
      const beside = Object.hasOwn(BESIDE, base) ? BESIDE[base] : name === path ? text : undefined;
      if (beside === undefined) return new Unknown('no such file');
      files.set(name, beside);
      return { path: name, text: beside };
    },
    exists: (name) => Object.hasOwn(BESIDE, name),
    environment: { A: '1' },
  };
  try {
    return faultOfResult(read(text, path, options), files);
  } catch (error) {
    if (error instanceof CofferdamError)
      return read === readOwnVectors ? faultOfPlace(error.at, files) : `threw ${error.code}`;
    return `threw ${
      error instanceof Error
        ? `${error.name}: ${error.message.slice(0, 100)} ${
            error.stack
              ?.split('\n')[1]
              ?.trim()
              .replace(/\(.*\/src/, '(src') ?? ''
          }`
        : String(error)
    }`;
  }
}

function faultOfResult(result: ReadResult, files: ReadonlyMap<string, string>): string | undefined {
  // A posture has the ids and the places of the artifact that it was made from.
  const foreign = files.has(POSTURES);
  const ids = result.subjects.map(({ id }) => id);
  if (!foreign && new Set(ids).size < ids.length) return 'two subjects of one id';
  const statements = result.subjects.flatMap(({ layers }) => layers.flatMap((layer) => layer.statements));
  const places: Partial<Place>[] = [
    ...result.problems.map(({ at }) => at),
    ...result.subjects.flatMap(({ place, suppressions }) => [place, ...suppressions.map((one) => one.place)]),
  ];
  for (const { source, facts } of statements) {
    if (source.kind === 'stated') places.push(source, ...(source.via ?? []));
    for (const [key, value] of Object.entries(facts)) {
      const fault = faultOfFact(key, value);
      if (fault !== undefined) return fault;
    }
  }
  if (foreign) return undefined;
  for (const place of places) {
    const fault = faultOfPlace(place, files);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function faultOfFact(key: string, value: unknown): string | undefined {
  const kind = kindOfFact(key);
  const family = key.split('.').slice(0, 2).join('.').slice(0, 40);
  if (kind === undefined) return `no such fact: ${family}`;
  if (value instanceof Unknown || key.endsWith('seccomp')) return undefined;
  try {
    kind.read(value);
    return undefined;
  } catch (error) {
    return `value of ${family}: ${(error as Error).message.slice(0, 80)}`;
  }
}

const splitLines = new WeakMap<ReadonlyMap<string, string>, Map<string, readonly string[]>>();

function faultOfPlace(place: Partial<Place>, files: ReadonlyMap<string, string>): string | undefined {
  if (place.line === undefined) return undefined;
  const text = files.get(place.path ?? '');
  if (text === undefined) return 'a place in a file that was not read';
  const cache = splitLines.get(files) ?? new Map<string, readonly string[]>();
  splitLines.set(files, cache);
  const all = cache.get(place.path ?? '') ?? text.split('\n');
  cache.set(place.path ?? '', all);
  const length = all[place.line - 1]?.length;
  const { column = 1, endColumn = column } = place;
  if (length === undefined) return 'a line behind the text';
  if (column < 1 || endColumn < column || endColumn > length + 1) return 'a column outside the line';
  return undefined;
}

/** Takes out what the failure does not need, in halving pieces. */
function shrink(text: string, fails: (text: string) => boolean): string {
  let small = text;
  for (let piece = small.length >> 1; piece > 0; piece >>= 1) {
    for (let at = 0; at < small.length; ) {
      const less = splice(small, at, piece, '');
      if (fails(less)) small = less;
      else at += piece;
    }
  }
  return small;
}

export interface Failure {
  readonly reader: string;
  readonly index: number;
  readonly fault: string;
  readonly reproducer: string;
}

export interface Tally {
  readonly reader: string;
  readonly inputs: number;
  readonly seconds: number;
  readonly slowest: { readonly milliseconds: number; readonly index: number };
  readonly failures: readonly Failure[];
}

const KINDS_OF_FAILURE = 20;

export function fuzzReader(reader: string, count: number, seed: number, first = 0): Tally {
  const target = TARGETS[reader];
  if (target === undefined) throw new RangeError(`no reader ${reader}; there are ${Object.keys(TARGETS).join(', ')}`);
  const inputs = new Inputs(target, seed);
  const failures = new Map<string, Failure>();
  let slowest = { milliseconds: 0, index: 0 };
  const begin = performance.now();
  for (let index = first; index < first + count; index++) {
    const text = inputs.at(index);
    const start = performance.now();
    const fault = faultOf(target, text) ?? (performance.now() - start > TIME_BOUND ? tooSlow(target, text) : undefined);
    const milliseconds = performance.now() - start;
    if (milliseconds > slowest.milliseconds) slowest = { milliseconds, index };
    if (fault === undefined || failures.has(fault) || failures.size >= KINDS_OF_FAILURE) continue;
    const slow = fault.startsWith('took');
    failures.set(fault, {
      reader,
      index,
      fault,
      reproducer: slow ? text : shrink(text, (less) => faultOf(target, less) === fault),
    });
  }
  return {
    reader,
    inputs: count,
    seconds: (performance.now() - begin) / 1000,
    slowest,
    failures: [...failures.values()],
  };
}

/** Other programs may have had the processor: what counts is the time that this one used, in a second look. */
function tooSlow(target: Target, text: string): string | undefined {
  const before = cpuUsage();
  faultOf(target, text);
  const { user, system } = cpuUsage(before);
  return user + system > TIME_BOUND * 1000 ? `took longer than ${TIME_BOUND} ms` : undefined;
}

function main(): void {
  const { values } = parseArgs({
    options: {
      inputs: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '1' },
      reader: { type: 'string' },
      at: { type: 'string', default: '0' },
    },
  });
  const readers = values.reader === undefined ? Object.keys(TARGETS) : [values.reader];
  const each = Math.ceil(Number(values.inputs) / readers.length);
  let failed = false;
  for (const reader of readers) {
    const tally = fuzzReader(reader, each, Number(values.seed), Number(values.at));
    stdout.write(
      `${reader}: ${tally.inputs} inputs, ${Math.round(tally.inputs / tally.seconds)}/s, slowest ${Math.round(tally.slowest.milliseconds)} ms (--at ${tally.slowest.index}), ${tally.failures.length} kinds of failure\n`,
    );
    for (const { index, fault, reproducer } of tally.failures) {
      failed = true;
      stdout.write(
        `  --seed ${values.seed} --reader ${reader} --at ${index} --inputs 1: ${fault}\n    ${JSON.stringify(reproducer.slice(0, 600))}\n`,
      );
    }
  }
  if (failed) exit(1);
}

if (import.meta.url === pathToFileURL(argv[1] ?? '').href) main();
