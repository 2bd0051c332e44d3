/**
 * The vectors' examples on this machine's kernel: each container that an example describes is assembled for this machine, started, and
 * every vector's prediction for it is held against its proof. A host that an example describes is another machine: what is said of it
 * is compared only where it is true here, too.
 */

import { readExample } from '../../src/check/example.ts';
import {
  Assessment,
  type CheckOptions,
  compileCatalogue,
  Objects,
  openSession,
  type Proof,
} from '../../src/check/index.ts';
import { sessionOptions } from '../../src/cli/commands/check.ts';
import { readChoice } from '../../src/engines/index.ts';
import { observeHost } from '../../src/live/index.ts';
import { CofferdamError, Posture, type Statement, Unknown } from '../../src/posture/index.ts';
import { configOf, notStartable } from '../../src/prove/configuration.ts';
import { openHost, Prover, runtimeNamed } from '../../src/prove/index.ts';
import type { Subject } from '../../src/readers/index.ts';
import type { Sandbox } from '../../src/runtimes/index.ts';
import { CATALOGUE } from '../../src/vectors/catalogue.generated.ts';
import type { Example, Verdict } from '../../src/vectors/index.ts';

/** One container that examples describe, by all that decides how it is started. */
export interface Configuration {
  readonly key: string;
  readonly example: Example;
  /** The examples that describe it. */
  readonly uses: readonly { readonly vector: string; readonly example: Example }[];
}

/** Forms in which an example describes a container; the others describe an image, an engine or a host. */
const CONTAINERS = ['docker', 'podman', 'compose', 'kubernetes', 'oci', 'inspect'] as const;

/** Every container of the examples, once. */
export function configurations(): readonly Configuration[] {
  const found = new Map<string, { example: Example; uses: { vector: string; example: Example }[] }>();
  for (const vector of CATALOGUE) {
    for (const example of vector.examples) {
      const form = CONTAINERS.find((name) => example[name] !== undefined);
      if (form === undefined) continue;
      const words = [form, example[form], example.engine, example.withDaemon].filter((word) => word !== undefined);
      const key = words.join(' ');
      const one = found.get(key) ?? { example, uses: [] };
      one.uses.push({ vector: vector.id, example });
      found.set(key, one);
    }
  }
  return [...found].map(([key, one]) => ({ key, ...one }));
}

/** One vector over one container. */
export interface Pair {
  readonly vector: string;
  readonly predicted: Verdict;
  readonly proof: Proof;
  /** The explanation of the prediction, where the proof is another. */
  readonly because: readonly string[];
  /** What its own examples say of it, where what they say of the host and the daemon holds here, too. */
  readonly stated: readonly Verdict[];
}

/** What came of one container. */
export type Trial = { readonly configuration: Configuration; readonly object: string } & (
  | { readonly kind: 'compared'; readonly pairs: readonly Pair[] }
  /** No kernel of containers starts it, or not here. */
  | { readonly kind: 'refused'; readonly why: string }
);

const EMBEDDED = runtimeNamed('embedded');

/** Predicts, starts and probes, one container after the other. */
export class Trials {
  readonly #options: CheckOptions;
  readonly #host: Sandbox;
  readonly #here: Posture;
  readonly #prover: Prover;
  readonly #objects = new Map<string, Objects>();

  private constructor(options: CheckOptions, host: Sandbox) {
    this.#options = options;
    this.#host = host;
    this.#here = new Posture(options.host);
    this.#prover = new Prover(options.catalogue, host);
  }

  static async open(): Promise<Trials> {
    const host = await openHost();
    const { checkOptions } = await openSession([], { ...sessionOptions([], {}), observed: observeHost() });
    return new Trials({ ...checkOptions, catalogue: compileCatalogue(CATALOGUE) }, host);
  }

  /** Each container of it. `only`: the vectors to ask about, where not all. */
  async try(configuration: Configuration, only?: ReadonlySet<string>): Promise<readonly Trial[]> {
    const { subjects, daemon } = await readExample(configuration.example);
    const objects = this.#objectsOf(configuration.example, daemon);
    const trials: Trial[] = [];
    for (const subject of subjects) {
      if (subject.kind !== 'workload') continue;
      const { posture } = await objects.assemble(subject);
      const outcome = await this.#compare(configuration, subject, posture, only);
      trials.push({ configuration, object: subject.name, ...outcome });
    }
    return trials;
  }

  close(): Promise<void> {
    return this.#host.close();
  }

  /** Those of one engine and daemon share what is the same for all of them. */
  #objectsOf({ engine, withDaemon }: Example, daemon: readonly Statement[]): Objects {
    const key = JSON.stringify([engine, withDaemon]);
    const engines = engine === undefined ? [] : [readChoice(engine)];
    const found = this.#objects.get(key) ?? new Objects({ ...this.#options, engines }, daemon);
    this.#objects.set(key, found);
    return found;
  }

  async #compare(
    configuration: Configuration,
    subject: Subject,
    posture: Posture,
    only: ReadonlySet<string> | undefined,
  ): Promise<{ kind: 'compared'; pairs: readonly Pair[] } | { kind: 'refused'; why: string }> {
    const refusal = notStartable(posture);
    if (refusal !== undefined) return { kind: 'refused', why: refusal.message };
    const { config, missing } = configOf(posture, subject);
    let sandbox: Sandbox;
    try {
      sandbox = await EMBEDDED.start({ config });
    } catch (error) {
      if (error instanceof CofferdamError) return { kind: 'refused', why: error.message };
      throw error;
    }
    try {
      const { catalogue } = this.#options;
      const asked = catalogue.vectors.filter(
        ({ vector }) => vector.probe !== undefined && only?.has(vector.id) !== false,
      );
      const assessment = new Assessment(catalogue, posture);
      const judged = assessment.judgeAll(asked, 'workload');
      const predictions = judged.map(({ vector, verdict, settledBy }) => ({ vector: vector.id, verdict, settledBy }));
      const lacking = [...missing, ...sandbox.missing];
      const proofs = await this.#prover.proofs(sandbox, posture, predictions, { config, lacking });
      const pairs: Pair[] = [];
      for (const { vector, verdict, compiled } of judged) {
        const proof = proofs.get(vector.id);
        if (proof === undefined) continue;
        const because = proof.agrees === false ? assessment.explainInLines(compiled) : [];
        const stated = await this.#stated(configuration, vector.id, subject.name);
        pairs.push({ vector: vector.id, predicted: verdict, proof, because, stated });
      }
      return { kind: 'compared', pairs };
    } finally {
      await sandbox.close();
    }
  }

  async #stated({ uses }: Configuration, vector: string, object: string): Promise<readonly Verdict[]> {
    const stated: Verdict[] = [];
    for (const use of uses) {
      const { verdict, of } = use.example;
      if (use.vector !== vector || verdict === 'not-applicable' || (of !== undefined && of !== object)) continue;
      const { host } = await readExample(use.example);
      if (holdsHere(host, this.#here)) stated.push(verdict);
    }
    return stated;
  }
}

/** Whether all that is said of another host is so on this one. */
function holdsHere(host: readonly Statement[], here: Posture): boolean {
  const there = new Posture(host);
  const keys = host.flatMap(({ facts }) => Object.keys(facts));
  return keys.every((key) => {
    const [theirs, ours] = [there.get(key as 'host.kernel')?.value, here.get(key as 'host.kernel')?.value];
    return !((ours as unknown) instanceof Unknown) && JSON.stringify(theirs) === JSON.stringify(ours);
  });
}

/** What a run comes to. */
export interface Figure {
  readonly configurations: number;
  readonly refused: number;
  readonly pairs: number;
  readonly agreeing: number;
  readonly falseBlocked: readonly Disagreement[];
  readonly falseOpen: readonly Disagreement[];
  /** Predicted unknown, and settled by the kernel. */
  readonly unknown: number;
  /** No proof: the sandbox lacks what the verdict leans on, or the probe does not tell. */
  readonly untold: number;
  /** An example says of a host like this one what is not so. */
  readonly statedOtherwise: readonly Disagreement[];
}

export interface Disagreement extends Pair {
  readonly configuration: string;
}

export function figureOf(trials: readonly Trial[]): Figure {
  const compared = trials.flatMap((trial) => (trial.kind === 'compared' ? [trial] : []));
  const pairs = compared.flatMap(({ configuration, pairs }) =>
    pairs.map((pair): Disagreement => ({ ...pair, configuration: configuration.key })),
  );
  const differing = pairs.filter(({ proof }) => proof.agrees === false);
  return {
    configurations: compared.length,
    refused: trials.length - compared.length,
    pairs: pairs.length,
    agreeing: pairs.filter(({ proof }) => proof.agrees === true).length,
    falseBlocked: differing.filter(({ predicted }) => predicted === 'blocked'),
    falseOpen: differing.filter(({ predicted }) => predicted === 'open'),
    unknown: pairs.filter(({ predicted, proof }) => predicted === 'unknown' && proof.verdict !== 'unknown').length,
    untold: pairs.filter(({ proof }) => proof.verdict === 'unknown').length,
    statedOtherwise: pairs.filter(({ proof, stated }) => stated.some((verdict) => isOtherwise(verdict, proof.verdict))),
  };
}

/** An example that says nothing of the host's own obstacles may be open where this host has one; blocked is a promise. */
function isOtherwise(stated: Verdict, proven: Verdict): boolean {
  return stated === 'blocked' && proven === 'open';
}
