/**
 * Whether the comparison would notice a wrong gate. Configurations whose proofs were recorded are judged again by models with one gate
 * broken each: a mutant is found where a kernel's answer, with which the whole model agrees, is not the one it gives.
 */
import type { Catalogue } from '../../check/index.ts';
import { Judgement, type Result } from '../../model/index.ts';
import type { Posture } from '../../posture/index.ts';
import { Gaps } from '../../prove/comparison.ts';
import type { Missing } from '../../runtimes/index.ts';
import { Deciders, Results, type Turned } from './decisive.ts';
import { canBeTold, type FixedAnswers, fixedAnswers } from './fixed.ts';
import { breakGate, broken, type Mutant } from './mutant.ts';

/** A configuration that was started, and what the kernel said of it. */
export interface RecordedSample {
  readonly sample: number;
  readonly posture: Posture;
  /** By vector, where the kernel told. Empty for what was predicted alone. */
  readonly proven: ReadonlyMap<string, 'open' | 'blocked'>;
  /** What the sandbox lacked. */
  readonly missing: readonly Missing[];
}

interface Found {
  readonly sample: number;
  readonly vector: string;
  /** How many configurations were judged until then, this one among them. */
  readonly after: number;
}

/**
 * Why a mutant was not found.
 * - `equivalent`: no configuration can tell it from the whole model on this machine (`canBeTold`).
 * - `silent`: none could by the vectors of which the kernel told anything at all: of the others it lacks what they are about (a device, a
 *   firmware, a security module), or a probe never tells.
 * - `constant`: in every configuration the broken gate answers as the whole one.
 * - `covered`: it answers otherwise somewhere, but other gates decide there each time.
 * - `untold`: a verdict comes out otherwise somewhere, but the kernel did not tell there, or the verdict becomes unknown.
 */
export type Missed = 'equivalent' | 'silent' | 'constant' | 'covered' | 'untold';

export interface MutantResult {
  readonly mutant: Mutant;
  readonly found: Found | undefined;
  readonly missed: Missed | undefined;
  /** What the whole gate has answered. */
  readonly answers: readonly Result[];
  /** The vectors that have the gate on a route. */
  readonly vectors: readonly string[];
}

const VERDICT: Readonly<Record<Result, 'open' | 'blocked' | undefined>> = {
  passes: 'open',
  closed: 'blocked',
  unknown: undefined,
};

/** Judges one configuration after the other by every mutant that is not found yet. */
export class MutationCheck {
  readonly #catalogue: Catalogue;
  readonly #deciders: Deciders;
  readonly #suspects: readonly Suspect[];
  /** Vectors that a kernel answered somewhere. */
  readonly #told = new Set<string>();
  #judged = 0;
  /** Of the first posture: all are of one machine. */
  #fixed: FixedAnswers | undefined;

  constructor(catalogue: Catalogue, mutants: readonly Mutant[]) {
    this.#catalogue = catalogue;
    this.#deciders = new Deciders(catalogue);
    this.#suspects = mutants.map((mutant) => new Suspect(mutant));
  }

  judge(recorded: RecordedSample): void {
    this.#judged++;
    for (const vector of recorded.proven.keys()) this.#told.add(vector);
    this.#fixed ??= fixedAnswers(this.#catalogue, recorded.posture);
    const results = new Results(recorded.posture, this.#fixed);
    for (const suspect of this.#suspects) {
      const noticed = suspect
        .turned(results, this.#deciders)
        .find((turned) => isToldOtherwise(turned, recorded) && !this.#leansOnGap(suspect.mutant, turned, recorded));
      if (noticed !== undefined)
        suspect.found = { sample: recorded.sample, vector: noticed.of.vector.id, after: this.#judged };
    }
  }

  /** What the broken model says is not held against a sandbox that lacks what it leans on. */
  #leansOnGap(mutant: Mutant, { of: { vector }, now }: Turned, { posture, missing }: RecordedSample): boolean {
    if (missing.length === 0) return false;
    const verdict = VERDICT[now];
    const { graph, vectors } = breakGate(this.#catalogue, mutant);
    const compiled = vectors.find((one) => one.vector === vector);
    if (verdict === undefined || compiled === undefined) return true;
    const gaps = new Gaps(new Judgement(graph, posture), missing);
    return gaps.of(compiled.routes, { vector: vector.id, verdict, settledBy: [] }) !== undefined;
  }

  get results(): readonly MutantResult[] {
    const told = this.#catalogue.vectors.filter(({ vector }) => this.#told.has(vector.id));
    return this.#suspects.map(({ mutant, found, missed, answers }) => ({
      mutant,
      found,
      missed: found === undefined ? this.#missedAs(mutant, missed, told) : undefined,
      answers: [...answers].sort(),
      vectors: this.#deciders.vectorsOf(mutant.gate),
    }));
  }

  #missedAs(mutant: Mutant, missed: Missed, told: Catalogue['vectors']): Missed {
    const fixed = this.#fixed ?? new Map();
    if (!canBeTold(this.#catalogue.vectors, mutant, fixed)) return 'equivalent';
    return canBeTold(told, mutant, fixed) ? missed : 'silent';
  }
}

class Suspect {
  readonly mutant: Mutant;
  readonly answers = new Set<Result>();
  missed: 'constant' | 'covered' | 'untold' = 'constant';
  found: Found | undefined;

  constructor(mutant: Mutant) {
    this.mutant = mutant;
  }

  /** The vectors of which the broken model says something else. */
  turned(results: Results, deciders: Deciders): readonly Turned[] {
    if (this.found !== undefined) return [];
    const whole = results.result(this.mutant.gate);
    this.answers.add(whole);
    const otherwise = broken(this.mutant, whole);
    if (otherwise === whole) return [];
    const turned = deciders.turnedBy(this.mutant.gate, otherwise, results);
    if (turned.length > 0) this.missed = 'untold';
    else if (this.missed === 'constant') this.missed = 'covered';
    return turned;
  }
}

/** Both models and the kernel tell, and the whole model agrees with the kernel. */
function isToldOtherwise({ of, before, now }: Turned, { proven }: RecordedSample): boolean {
  const answer = proven.get(of.vector.id);
  return answer !== undefined && VERDICT[now] !== undefined && VERDICT[before] === answer;
}
