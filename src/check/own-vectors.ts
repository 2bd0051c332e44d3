import { readFileSync, realpathSync, statSync } from 'node:fs';
import { extname, relative, sep } from 'node:path';
import { CofferdamError } from '../posture/index.ts';
import { DecodeContext, parseDocuments } from '../readers/document/index.ts';
import type { Vector } from '../vectors/index.ts';
import type { Config, VectorFile } from './config.ts';
import { loadCode } from './own-vectors/code.ts';
import { decodeVectors, type OwnVector, vectorNodes } from './own-vectors/vector.ts';

/**
 * Vectors of the user's own, from files of YAML (data) and modules of JavaScript or TypeScript (code). Both come out as the same
 * checked data. A vector that is wrong is a problem and is left out; the others work.
 */
export interface OwnVectors {
  readonly vectors: readonly OwnVector[];
  readonly problems: readonly CofferdamError[];
}

const loaded = new WeakMap<Config, Promise<OwnVectors>>();

/** Each configuration's files are read, and their code run, once. */
export function ownVectors(config: Config): Promise<OwnVectors> {
  const found = loaded.get(config) ?? load(config.vectors);
  loaded.set(config, found);
  return found;
}

async function load(files: readonly VectorFile[]): Promise<OwnVectors> {
  const results: OwnVectors[] = [];
  for (const file of files) results.push(await readFile(file));
  // Loaded here, since few runs have vectors of their own, and the catalogue in full is a third of all code.
  const { CATALOGUE } = await import('../vectors/catalogue.generated.ts');
  const unique = withoutDuplicates(
    results.flatMap((result) => result.vectors),
    CATALOGUE,
  );
  return { vectors: unique.vectors, problems: [...results.flatMap((result) => result.problems), ...unique.problems] };
}

const DATA = new Set(['.yaml', '.yml', '.json']);
const CODE = new Set(['.js', '.mjs', '.ts', '.mts']);

async function readFile(file: VectorFile): Promise<OwnVectors> {
  try {
    const kind = extname(file.path).toLowerCase();
    if (DATA.has(kind)) return readData(file);
    if (!CODE.has(kind))
      throw refusal(
        file,
        `\`${file.shown}\` is not a file of vectors`,
        `name a file that ends in ${[...DATA, ...CODE].join(', ')}`,
      );
    if (!file.trusted) {
      const hint = `if you trust it, run it with --vectors ${file.shown}, or name the configuration with --config`;
      throw refusal(
        file,
        `\`${file.shown}\` is code, which a configuration that lies beside the targets cannot make run`,
        hint,
      );
    }
    return await loadCode(file);
  } catch (error) {
    if (!(error instanceof CofferdamError)) throw error;
    return { vectors: [], problems: [error] };
  }
}

function refusal(file: VectorFile, message: string, hint: string): CofferdamError {
  return new CofferdamError('vectors-file', message, hint, file.place ?? { path: file.shown });
}

/** Larger than any policy; a bound on what a file that was merely found can cost. */
const LARGEST = 4 << 20;

function readData(file: VectorFile): OwnVectors {
  const documents = parseDocuments(readOwnFile(file), file.shown);
  const results = documents.map((document) => {
    const context = new DecodeContext(document);
    return { vectors: decodeVectors(vectorNodes(document.root, context), context), problems: context.problems };
  });
  return {
    vectors: results.flatMap((result) => result.vectors),
    problems: results.flatMap((result) => result.problems),
  };
}

/** How messages call what a file holds, and what they say to somebody who trusts it. */
interface Wording {
  readonly noun: string;
  readonly trust: string;
}

const OF_VECTORS: Wording = {
  noun: 'vectors',
  trust: 'give the file with --vectors, or name the configuration with --config',
};

/** The text of a file of the user's own data, if it may be read. */
export function readOwnFile(file: VectorFile, { noun, trust }: Wording = OF_VECTORS): string {
  let real: string;
  try {
    real = realpathSync(file.path);
  } catch (error) {
    throw refusal(file, `${noun} \`${file.shown}\` cannot be read: ${reasonOf(error)}`, 'check the path');
  }
  if (!file.trusted && !isWithin(real, realpathSync(file.folder))) {
    throw refusal(file, `${noun} \`${file.shown}\` lie outside the folder of the configuration`, trust);
  }
  try {
    const stat = statSync(real);
    if (!stat.isFile()) throw refusal(file, `${noun} \`${file.shown}\` are not a file`, 'name a file');
    if (stat.size > LARGEST)
      throw refusal(file, `${noun} \`${file.shown}\` are larger than ${LARGEST >> 20} MB`, 'split the file');
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(real));
  } catch (error) {
    if (error instanceof CofferdamError) throw error;
    throw refusal(
      file,
      `${noun} \`${file.shown}\` cannot be read: ${reasonOf(error)}`,
      'check that it is text in UTF-8 that you may read',
    );
  }
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !way.startsWith(sep) && !/^[a-z]:/i.test(way);
}

function reasonOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
}

/** Ids are names in suppressions and baselines: each means one vector. Former ids count. */
function withoutDuplicates(vectors: readonly OwnVector[], catalogue: readonly Vector[]): OwnVectors {
  const taken = new Map<string, string>();
  for (const vector of catalogue) for (const name of namesOf(vector)) taken.set(name, 'the catalogue');
  const kept: OwnVector[] = [];
  const problems: CofferdamError[] = [];
  for (const own of vectors) {
    const clash = namesOf(own.vector).find((name) => taken.has(name));
    if (clash !== undefined) {
      problems.push(
        new CofferdamError(
          'duplicate-vector',
          `vector \`${own.vector.id}\`: the id \`${clash}\` is taken by ${taken.get(clash)}`,
          'choose another id',
          own.place,
        ),
      );
      continue;
    }
    const where = own.place.line === undefined ? own.place.path : `${own.place.path}:${own.place.line}`;
    for (const name of namesOf(own.vector)) taken.set(name, where);
    kept.push(own);
  }
  return { vectors: kept, problems };
}

function namesOf(vector: Vector): readonly string[] {
  return [vector.id, ...(vector.aliases ?? [])];
}
