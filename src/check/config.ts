import { existsSync, lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { readChoice } from '../engines/index.ts';
import { CofferdamError, type Place } from '../posture/index.ts';
import {
  DecodeContext,
  type Decoded,
  type Document,
  integer,
  type Located,
  list,
  object,
  oneOf,
  parseDocuments,
  record,
  text,
} from '../readers/document/index.ts';
import { DECLARATION_KEYS, type Declarations, declarationsOf } from './declarations.ts';
import { readStandard } from './standards/pod-security.ts';
import type { ConfiguredSuppression } from './suppress.ts';

/** `cofferdam.yaml`: what holds for every run in a tree. Flags of the command line win over it. */
const CONFIG = object(
  {
    engines: list(text),
    host: text,
    daemon: text,
    'fail-on': oneOf('critical', 'high', 'medium', 'low'),
    'min-depth': integer,
    standards: list(text),
    vectors: list(text),
    past: list(text),
    'allow-outside': list(text),
    suppress: list(object({ vector: text, target: text, reason: text, until: text }, { unknownKeys: 'report' })),
    ...DECLARATION_KEYS,
    paths: object({ costs: record(integer) }, { unknownKeys: 'report' }),
    runtimes: list(
      object({ name: text, title: text, command: text, profiles: record(text) }, { unknownKeys: 'report' }),
    ),
  },
  { unknownKeys: 'report' },
);

type RawConfig = Decoded<typeof CONFIG>;

export interface Config {
  /** Folder of the file: what it names is relative to it. */
  readonly folder: string;
  readonly engines: readonly string[];
  readonly host: string | undefined;
  readonly daemon: string | undefined;
  readonly failOn: 'critical' | 'high' | 'medium' | 'low' | undefined;
  readonly minDepth: number | undefined;
  readonly standards: readonly string[];
  readonly vectors: readonly VectorFile[];
  /** Files of further past vulnerabilities. */
  readonly past: readonly VectorFile[];
  readonly allowOutside: readonly string[];
  readonly suppressions: readonly ConfiguredSuppression[];
  /** For the threat model and attack paths; absent where no file declares. */
  readonly declarations?: Declarations;
  /** What steps of attack paths cost, by name; absent where the usual costs hold. */
  readonly pathCosts?: Readonly<Record<string, number>>;
  /** Sandboxes of the user's. Absent where no file has some. */
  readonly runtimes?: readonly RuntimeTemplate[];
}

/** Command lines that start a sandbox, with `{agent}` where the program goes. */
interface RuntimeTemplate {
  readonly name: string;
  readonly title: string;
  /** By profile of the lab. */
  readonly lines: { readonly default: string } & Readonly<Record<string, string>>;
}

/** A file of further vectors. */
export interface VectorFile {
  /** Absolute. */
  readonly path: string;
  /** As the user wrote it, for messages. */
  readonly shown: string;
  /**
   * The user named the file, or the configuration that lists it: its code may run, wherever it lies. A configuration that was
   * merely found beside a target may come with what is scanned: it can add data of its own folder, and nothing else.
   */
  readonly trusted: boolean;
  /** Folder of the configuration that lists it. */
  readonly folder: string;
  /** Where the configuration lists it; absent for a flag. */
  readonly place?: Place;
}

const NAME = 'cofferdam.yaml';

/** The configuration with the files of `--vectors` added. */
export function withVectors(config: Config, files: readonly string[], cwd: string): Config {
  const named = files.map((file) => ({ path: resolve(cwd, file), shown: file, trusted: true, folder: cwd }));
  return { ...config, vectors: [...config.vectors, ...named] };
}

/**
 * The configuration named, or the one beside the first target, or in the working folder; an empty one where there is none.
 * @throws CofferdamError where it is named and missing, or not understood: a policy must not be half applied.
 */
export function loadConfig(named: string | undefined, targets: readonly string[], cwd: string): Config {
  const path = named === undefined ? findConfig(targets, cwd) : resolve(cwd, named);
  if (path === undefined) return read(undefined, cwd, cwd, NAME, false);
  const shown = named ?? NAME;
  try {
    const [document] = parseDocuments(readFileSync(path, 'utf8'), shown);
    return read(document, dirname(path), cwd, shown, named !== undefined);
  } catch (error) {
    if (error instanceof CofferdamError) throw error;
    throw new CofferdamError(
      'unreadable',
      `configuration \`${shown}\` cannot be read: ${(error as Error).message}`,
      'check the path after --config',
      { path: shown },
    );
  }
}

function findConfig(targets: readonly string[], cwd: string): string | undefined {
  const folders = targets
    .filter((target) => existsSync(resolve(cwd, target)))
    .map((target) => folderOf(resolve(cwd, target)));
  return [...folders, cwd]
    .map((folder) => join(folder, NAME))
    .find((path) => existsSync(path) && lstatSync(path).isFile());
}

function folderOf(path: string): string {
  return statSync(path).isDirectory() ? path : dirname(path);
}

function read(document: Document | undefined, folder: string, cwd: string, shown: string, trusted: boolean): Config {
  const raw = document === undefined ? undefined : decode(document);
  const allowed = (one: Located<string>): string => {
    const path = resolve(folder, one.value);
    if (!trusted && !liesWithin(path, folder)) {
      throw new CofferdamError(
        'outside-tree',
        `a configuration that was found, not named, points out of its folder: \`${one.value}\``,
        `name it to trust it: --config ${shown}`,
        document === undefined ? { path: shown } : new DecodeContext(document).place(one.node),
      );
    }
    return path;
  };
  const listed = (files: readonly Located<string>[] = []): VectorFile[] =>
    document === undefined
      ? []
      : files.map((one) => ({
          path: resolve(folder, one.value),
          shown: one.value,
          trusted,
          folder,
          place: new DecodeContext(document).place(one.node),
        }));
  const beside = (one: Located<string> | undefined) => (one === undefined ? undefined : allowed(one));
  return {
    folder: document === undefined ? cwd : folder,
    engines: document === undefined ? [] : checked(raw?.engines ?? [], readChoice, document),
    host: beside(raw?.host),
    daemon: beside(raw?.daemon),
    failOn: raw?.['fail-on']?.value,
    minDepth: raw?.['min-depth']?.value,
    standards: document === undefined ? [] : checked(raw?.standards ?? [], readStandard, document),
    vectors: listed(raw?.vectors),
    past: listed(raw?.past),
    allowOutside: (raw?.['allow-outside'] ?? []).map(allowed),
    suppressions: document === undefined ? [] : suppressions(raw, document, shown),
    ...(document !== undefined && { declarations: declarationsOf(raw, document) }),
    ...(raw?.paths?.costs !== undefined && { pathCosts: valuesOf(raw.paths.costs) }),
    ...(document !== undefined &&
      raw?.runtimes !== undefined && { runtimes: templates(raw.runtimes, document, trusted) }),
  };
}

/** Their commands run on this machine: only a file that the user named may bring some. */
function templates(given: NonNullable<RawConfig['runtimes']>, document: Document, trusted: boolean): RuntimeTemplate[] {
  return given.map(({ name, title, command, profiles }) => {
    const place = new DecodeContext(document).place((name ?? command ?? title)?.node ?? document.root);
    if (!trusted) {
      throw new CofferdamError(
        'outside-tree',
        'a configuration that was found, not named, brings commands to run',
        'name it to trust it: --config FILE',
        place,
      );
    }
    if (name === undefined || command === undefined) {
      throw new CofferdamError('usage', 'a runtime needs `name` and `command`', 'write both', place);
    }
    const lines = profiles === undefined ? {} : valuesOf(profiles);
    return { name: name.value, title: title?.value ?? name.value, lines: { ...lines, default: command.value } };
  });
}

function valuesOf<T>(entries: ReadonlyMap<string, Located<T>>): Record<string, T> {
  return Object.fromEntries([...entries].map(([name, { value }]) => [name, value]));
}

/** Links resolved, so that none leads out. A path that does not exist leads nowhere. */
function liesWithin(path: string, folder: string): boolean {
  if (!existsSync(path)) return !relative(folder, path).startsWith('..');
  const inside = relative(realpathSync(folder), realpathSync(path));
  return !inside.startsWith('..') && !isAbsolute(inside);
}

/** Words that are read later, read once now: an error in them names its place in the file. */
function checked(words: readonly Located<string>[], read: (word: string) => unknown, document: Document): string[] {
  return words.map(({ value, node }) => {
    try {
      read(value);
    } catch (error) {
      if (!(error instanceof CofferdamError)) throw error;
      throw new CofferdamError(error.code, error.message, error.hint, new DecodeContext(document).place(node));
    }
    return value;
  });
}

function decode(document: Document): RawConfig | undefined {
  const context = new DecodeContext(document);
  const raw = CONFIG.decode(document.root, context);
  const [problem] = context.problems;
  if (problem) throw problem;
  return raw;
}

function suppressions(raw: RawConfig | undefined, document: Document, path: string): ConfiguredSuppression[] {
  const context = new DecodeContext(document);
  return (raw?.suppress ?? []).map((one) => {
    const place = context.place(one.node);
    if (one.vector === undefined || one.reason === undefined) {
      throw new CofferdamError(
        'suppression',
        'a suppression needs `vector` and `reason`',
        'say which vector, and why the risk is taken',
        { ...place, path },
      );
    }
    if (one.until !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(one.until.value)) {
      throw new CofferdamError(
        'suppression',
        `\`${one.until.value}\` is not a day`,
        'write until: 2027-01-31',
        context.place(one.until.node),
      );
    }
    return {
      vector: one.vector.value,
      reason: one.reason.value,
      place,
      ...(one.target && { target: one.target.value }),
      ...(one.until && { until: one.until.value }),
    };
  });
}
