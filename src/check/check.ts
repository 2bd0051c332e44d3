import {
  type EngineAtVersion,
  type EngineChoice,
  type EngineName,
  loadEngine,
  readChoice,
  usualChoice,
} from '../engines/index.ts';
import type { CofferdamError, Posture, Statement } from '../posture/index.ts';
import type { Subject } from '../readers/subject.ts';
import { Assessor } from './assessment.ts';
import type { Catalogue } from './catalogue.ts';
import { findingsOf } from './finding.ts';
import { engineFamily, postureOf } from './posture-of.ts';
import type { PastResult, Problem, ResultDocument, Skipped, StandardResult, Summary, TargetResult } from './result.ts';
import { type ConfiguredSuppression, Suppressions } from './suppress.ts';

export interface CheckOptions {
  readonly version: string;
  readonly catalogue: Catalogue;
  /** Engines the user chose; the first of a family is taken. */
  readonly engines: readonly (readonly EngineChoice[])[];
  /** Statements of a host profile (`--host`). */
  readonly host: readonly Statement[];
  readonly suppressions: readonly ConfiguredSuppression[];
  /** Build-phase statements of the image that a workload builds, if it names a Dockerfile that can be read. */
  readonly imageOf: (subject: Subject) => Promise<readonly Statement[]>;
  /** Standards to hold each object against. */
  readonly standardsOf: (subject: Subject) => readonly StandardResult[];
  /** Past vulnerabilities, where they are asked for. */
  readonly pastOf?: PastOf | undefined;
  /** Today, for suppressions that end. */
  readonly today: Date;
}

/** Judges past vulnerabilities over an object; undefined where they have no meaning for it. */
export type PastOf = (subject: Subject, assembled: Assembled) => PastResult | undefined;

/** Everything that was read, judged: one document, in stable order. */
export async function check(
  read: {
    readonly subjects: readonly Subject[];
    readonly problems: readonly CofferdamError[];
    readonly skipped: readonly Skipped[];
  },
  options: CheckOptions,
): Promise<ResultDocument> {
  const suppressions = new Suppressions(options.suppressions, options.today);
  const objects = new Objects(options, daemonStatements(read.subjects));
  const targets: TargetResult[] = [];
  for (const subject of read.subjects) {
    targets.push(suppressions.apply(subject, await objects.check(subject)));
  }
  const errors = [...read.problems, ...suppressions.unused()].map(problemOf);
  return {
    schema: 'cofferdam.result/1',
    tool: { name: 'cofferdam', version: options.version },
    targets,
    errors,
    skipped: read.skipped,
    summary: summarize(targets, errors),
  };
}

export interface Assembled {
  readonly posture: Posture;
  /** `docker@29.7.2`; undefined where no engine starts it. */
  readonly engine: string | undefined;
  readonly engineStated: boolean;
}

/** Objects one by one, each assembled through its engine and judged. What many of them need is loaded once. */
export class Objects {
  readonly #options: CheckOptions;
  readonly #daemon: readonly Statement[];
  readonly #engines: Engines;
  readonly #assessor: Assessor;

  constructor(options: CheckOptions, daemon: readonly Statement[]) {
    this.#options = options;
    this.#daemon = daemon;
    this.#engines = new Engines(options.engines);
    this.#assessor = new Assessor(options.catalogue);
  }

  async assemble(subject: Subject): Promise<Assembled> {
    const family = engineFamily(subject);
    const engine = family === undefined ? undefined : await this.#engines.for(family, subject.release);
    const image = subject.build === undefined ? [] : await this.#options.imageOf(subject);
    const surroundings = { host: this.#options.host, daemon: family === 'docker' ? this.#daemon : NO_DAEMON, image };
    return {
      posture: postureOf(subject, engine?.engine, surroundings),
      engine: engine?.engine.title ?? subject.assembled?.engine,
      engineStated: engine?.stated ?? true,
    };
  }

  async check(subject: Subject): Promise<TargetResult> {
    const { catalogue, standardsOf, pastOf } = this.#options;
    const assembled = await this.assemble(subject);
    const { posture, engine, engineStated } = assembled;
    const past = pastOf?.(subject, assembled);
    return {
      id: subject.id,
      kind: subject.kind,
      name: subject.name,
      artifact: subject.artifact,
      source: subject.place,
      engine: engine ?? null,
      engineStated,
      findings: findingsOf(subject, this.#assessor.assess(posture), catalogue),
      standards: standardsOf(subject),
      ...(past !== undefined && { past }),
    };
  }
}

/** One array for all, so that what stands on it is folded once. */
const NO_DAEMON: readonly Statement[] = [];

interface Chosen {
  readonly engine: EngineAtVersion;
  readonly stated: boolean;
}

/** The engine that starts each family of artifacts: the one the user chose, else the newest known. Loaded once. */
class Engines {
  readonly #chosen: readonly (readonly EngineChoice[])[];
  readonly #loaded = new Map<string, Promise<Chosen>>();

  constructor(chosen: readonly (readonly EngineChoice[])[]) {
    this.#chosen = chosen;
  }

  /** `release`: of an engine that was asked which it is. */
  for(family: EngineName, release?: string): Promise<Chosen> {
    const name = release ?? family;
    let found = this.#loaded.get(name);
    if (found === undefined) {
      const chosen = this.#chosen.find(([first]) => first?.name === family);
      const choice = chosen ?? (release === undefined ? undefined : readChoice(release));
      found = loadEngine(choice ?? [usualChoice(family)]).then((engine) => ({ engine, stated: choice !== undefined }));
      this.#loaded.set(name, found);
    }
    return found;
  }
}

/** A daemon.json that was read in the same run is the daemon of every Docker container of the run. */
export function daemonStatements(subjects: readonly Subject[]): readonly Statement[] {
  const daemon = subjects.find((subject) => subject.artifact === 'daemon-json');
  return daemon?.layers.flatMap((layer) => layer.statements) ?? [];
}

export function problemOf(error: CofferdamError): Problem {
  const { path = '', line, column } = error.at;
  return {
    path,
    ...(line !== undefined && { line }),
    ...(column !== undefined && { column }),
    code: error.code,
    message: error.message,
    hint: error.hint,
  };
}

export function summarize(targets: readonly TargetResult[], errors: readonly Problem[]): Summary {
  const open = { critical: 0, high: 0, medium: 0, low: 0 };
  let [blocked, unknown, suppressed] = [0, 0, 0];
  for (const finding of targets.flatMap((target) => target.findings)) {
    if (finding.suppressed !== null) suppressed++;
    else if (finding.verdict === 'open') open[finding.severity]++;
    else if (finding.verdict === 'blocked') blocked++;
    else unknown++;
  }
  return { targets: targets.length, open, blocked, unknown, suppressed, errors: errors.length };
}
