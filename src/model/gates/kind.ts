import type { Change, Fact, Posture } from '../../posture/index.ts';
import type { Mechanism } from '../mechanism.ts';

/** Kleene's three values, in the words of gates. */
export type Result = 'passes' | 'closed' | 'unknown';

/** What a gate said, and on which facts. */
export interface Outcome {
  readonly result: Result;
  /** One clause: `CAP_SYS_ADMIN is in the bounding set`. */
  readonly why: string;
  /** The fact that decided, where one did. */
  readonly fact?: Fact<unknown>;
  /** Where another mechanism than the gate's usual one decided. */
  readonly by?: Mechanism;
  /** Keys of the facts that would settle an `unknown`. */
  readonly settledBy?: readonly string[];
}

/**
 * A kind of gate: one decision that the kernel (a runtime, an engine, an API server) takes. Parameters are plain data, so
 * that a route can be walked, printed, stored and written in YAML.
 */
export interface GateKind<P> {
  readonly mechanism: (params: P) => Mechanism;
  /** The function or specification that it models, with the version from which it holds. */
  readonly models: string;
  /** As a condition that passes: `holds CAP_SYS_ADMIN`. */
  readonly describe: (params: P) => string;
  readonly evaluate: (params: P, posture: Posture) => Outcome;
  /** Which members of a family it looks at: it comes out the same without the others. Absent: at all of them. */
  readonly heeds?: Heeds<P>;
  /**
   * Ways to close the gate where it passes: alternatives, each a set of changes that are needed together. They are
   * proposals: `check` tries each on the posture before it is offered.
   */
  readonly close: (params: P, posture: Posture) => readonly (readonly Change[])[];
}

/** Members that are heeded: those whose name ends in a part of one of the paths, and those with such a value. */
export interface Heeds<P> {
  readonly family: string;
  readonly paths: (params: P) => readonly string[];
  readonly value: (params: P, value: unknown) => boolean;
}

export const passes = (why: string, fact?: Fact<unknown>): Outcome =>
  fact ? { result: 'passes', why, fact } : { result: 'passes', why };

export const closed = (why: string, fact?: Fact<unknown>, by?: Mechanism): Outcome => ({
  result: 'closed',
  why,
  ...(fact && { fact }),
  ...(by && { by }),
});

export const unknown = (why: string, settledBy: readonly string[], fact?: Fact<unknown>): Outcome => ({
  result: 'unknown',
  why,
  settledBy,
  ...(fact && { fact }),
});
