import { readFileSync } from 'node:fs';
import { readChoice } from '../engines/index.ts';
import type { Tracer } from '../live/index.ts';
import { CofferdamError, type Statement } from '../posture/index.ts';
import type { ReadOptions, Subject } from '../readers/index.ts';
import type { Vector } from '../vectors/index.ts';
import { type Catalogue, compileCatalogue } from './catalogue.ts';
import { type Assembled, type CheckOptions, check, daemonStatements, Objects, type PastOf } from './check.ts';
import type { Config } from './config.ts';
import type { OwnVectors } from './own-vectors.ts';
import type { ResultDocument } from './result.ts';
import { shippedCatalogue } from './shipped-catalogue.ts';
import type { StandardsOf } from './standards/index.ts';
import { imageStatements, readAll } from './targets.ts';

export interface SessionOptions {
  readonly version: string;
  readonly cwd: string;
  readonly config: Config;
  /** `docker@28`, `kubernetes@1.34/containerd@2.1`; before those of the configuration. */
  readonly engines: readonly string[];
  readonly host: string | undefined;
  /** A stub on the host, through which filters of running processes are read. */
  readonly tracer?: Tracer;
  /** What was observed of the host, where no profile is given. */
  readonly observed?: readonly Statement[];
  readonly daemon: string | undefined;
  /** `pss-restricted@1.37`. */
  readonly standards: readonly string[];
  readonly profiles: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly allowOutside: readonly string[];
  readonly stdin: () => Uint8Array;
  readonly today: Date;
  /** What judges past vulnerabilities, where they are asked for, and what is wrong with those of the user's own. */
  readonly past?: { readonly judge: PastOf; readonly problems: readonly CofferdamError[] };
}

/** One run of the main job: targets read, assembled, judged. */
export async function checkTargets(targets: readonly string[], options: SessionOptions): Promise<ResultDocument> {
  const { read, checkOptions } = await openSession(targets, options);
  return check(read, checkOptions);
}

/** Every object of the targets with its posture, not judged. */
export async function assembleTargets(targets: readonly string[], options: SessionOptions): Promise<AssembledTargets> {
  const { read, checkOptions } = await openSession(targets, options);
  const objects = new Objects(checkOptions, daemonStatements(read.subjects));
  const assembled: AssembledTargets['objects'][number][] = [];
  for (const subject of read.subjects) assembled.push({ ...(await objects.assemble(subject)), subject });
  return { objects: assembled, problems: read.problems };
}

export interface AssembledTargets {
  readonly objects: readonly (Assembled & { readonly subject: Subject })[];
  readonly problems: readonly CofferdamError[];
}

interface Session {
  readonly read: Parameters<typeof check>[0];
  readonly checkOptions: CheckOptions;
}

/** Reads the targets, and what holds for all of them. Without targets: for objects that come one by one. */
export async function openSession(targets: readonly string[], options: SessionOptions): Promise<Session> {
  const { config } = options;
  const engines = [...options.engines, ...config.engines].map(readChoice);
  // A profile in the place of the machine: `host` is what it describes.
  const hostGiven = (options.host ?? config.host) !== undefined;
  const reading = await readAll(
    targets.filter((target) => target !== 'host' || !hostGiven),
    {
      tracer: options.tracer,
      cwd: options.cwd,
      allowOutside: [...options.allowOutside, ...config.allowOutside],
      environment: options.environment,
      profiles: options.profiles,
      stdin: options.stdin,
    },
  );
  const host = await besides(options.host ?? config.host, readHost);
  const daemon = await besides(options.daemon ?? config.daemon, (text, path) =>
    readDaemonFile(text, path, reading.options),
  );
  const images = new Map<Subject, Promise<readonly Statement[]>>();
  return {
    read: {
      subjects: [...reading.subjects, ...host, ...daemon],
      problems: [...(await ownVectorsOf(config)).problems, ...(options.past?.problems ?? []), ...reading.problems],
      skipped: reading.skipped,
    },
    checkOptions: {
      version: options.version,
      catalogue: await catalogueOf(config),
      engines,
      host: hostGiven
        ? host.flatMap((subject) => subject.layers.flatMap((layer) => layer.statements))
        : (options.observed ?? []),
      suppressions: config.suppressions,
      imageOf: (subject) => remembered(images, subject, () => imageStatements(subject, reading.options)),
      standardsOf: await standardsOf([...options.standards, ...config.standards]),
      pastOf: options.past?.judge,
      today: options.today,
    },
  };
}

/** Loaded only where a standard is asked for. */
async function standardsOf(named: readonly string[]): Promise<StandardsOf> {
  return named.length === 0 ? () => [] : (await import('./standards/index.ts')).standardsFor(named);
}

/** The vectors that ship, and those that the configuration adds, compiled for judging. */
export async function catalogueOf(config: Config): Promise<Catalogue> {
  return config.vectors.length === 0 ? shippedCatalogue() : compileCatalogue(await vectorsOf(config));
}

/** The same in full, as they are documented. */
export async function vectorsOf(config: Config): Promise<readonly Vector[]> {
  const { CATALOGUE } = await import('../vectors/catalogue.generated.ts');
  return [...CATALOGUE, ...(await ownVectorsOf(config)).vectors.map((own) => own.vector)];
}

const NO_VECTORS: OwnVectors = { vectors: [], problems: [] };

/** Vectors of the user's own alone, and what is wrong with their files. Loaded only where there are some. */
export async function ownVectorsOf(config: Config): Promise<OwnVectors> {
  return config.vectors.length === 0 ? NO_VECTORS : (await import('./own-vectors.ts')).ownVectors(config);
}

async function besides(
  path: string | undefined,
  read: (text: string, path: string) => Promise<readonly Subject[]>,
): Promise<readonly Subject[]> {
  if (path === undefined) return [];
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new CofferdamError(
      'unreadable',
      `\`${path}\` cannot be read: ${(error as Error).message}`,
      'check the path',
      { path },
    );
  }
  return read(text, path);
}

/** A host profile or daemon.json that the user names must be right: every verdict would lean on it. */
function whole(result: {
  readonly subjects: readonly Subject[];
  readonly problems: readonly CofferdamError[];
}): readonly Subject[] {
  const [problem] = result.problems;
  if (problem) throw problem;
  return result.subjects;
}

async function readHost(text: string, path: string): Promise<readonly Subject[]> {
  return whole((await import('../readers/host-profile/index.ts')).readHostProfile(text, path));
}

async function readDaemonFile(text: string, path: string, options: ReadOptions): Promise<readonly Subject[]> {
  return whole((await import('../readers/daemon/index.ts')).readDaemon(text, path, options));
}

function remembered<K, V>(cache: Map<K, V>, key: K, make: () => V): V {
  const found = cache.get(key) ?? make();
  cache.set(key, found);
  return found;
}
