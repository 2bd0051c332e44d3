/**
 * Whether the comparison would notice a wrong gate. Configurations whose proofs were recorded are judged again by models with one gate
 * broken each: a mutant is found where a kernel's answer, with which the whole model agrees, is not the one it gives.
 */
import type { Catalogue, CompiledVector } from '../../check/index.ts';
import type { Result } from '../../model/index.ts';
import type { Posture } from '../../posture/index.ts';
import { withoutPart } from '../../prove/comparison.ts';
import type { Missing } from '../../runtimes/index.ts';
import { Deciders, Results, type Turned } from './decisive.ts';
import { canBeTold, type FixedAnswers, fixedAnswers } from './fixed.ts';
import { broken, type Mutant } from './mutant.ts';

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
 * - `silent`: none could by the vectors of which the kernel tells that they are open, or the model never says so. Of the others it lacks
 *   what they are about (a device, a firmware, a service): whatever is granted there, it says neither.
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
  readonly #telling: Telling;
  #judged = 0;
  /** Of the first posture: all are of one machine. */
  #fixed: FixedAnswers | undefined;

  constructor(catalogue: Catalogue, mutants: readonly Mutant[]) {
    this.#catalogue = catalogue;
    this.#deciders = new Deciders(catalogue);
    this.#telling = new Telling(catalogue.vectors);
    this.#suspects = mutants.map((mutant) => new Suspect(mutant));
  }

  judge(recorded: RecordedSample): void {
    this.#judged++;
    this.#fixed ??= fixedAnswers(this.#catalogue, recorded.posture);
    const results = new Results(recorded.posture, this.#fixed);
    this.#telling.add(results, recorded.proven);
    const gaps = new ResultsWithout(recorded);
    for (const suspect of this.#suspects) {
      const noticed = suspect
        .turned(results, this.#deciders)
        .find((turned) => isToldOtherwise(turned, recorded) && !this.#leansOnGap(suspect.mutant, turned, gaps));
      if (noticed !== undefined)
        suspect.found = { sample: recorded.sample, vector: noticed.of.vector.id, after: this.#judged };
    }
  }

  /** What the broken model says is not held against a sandbox that lacks what it leans on: without that it says something else. */
  #leansOnGap(mutant: Mutant, { of, now }: Turned, gaps: ResultsWithout): boolean {
    return gaps.each.some((results) => {
      const answer = broken(mutant, results.result(mutant.gate));
      const turned = this.#deciders.turnedBy(mutant.gate, answer, results).find((one) => one.of === of);
      return (turned?.now ?? results.result(of.routes)) !== now;
    });
  }

  get results(): readonly MutantResult[] {
    const told = this.#telling.vectors;
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

/** Of which vectors the kernel of the machine tells. */
class Telling {
  readonly #all: readonly CompiledVector[];
  /** Told somewhere. */
  readonly #told = new Set<CompiledVector>();
  /** Open by the model somewhere, and there told. */
  readonly #toldOpen = new Set<CompiledVector>();
  readonly #open = new Set<CompiledVector>();

  constructor(all: readonly CompiledVector[]) {
    this.#all = all;
  }

  add(results: Results, proven: RecordedSample['proven']): void {
    for (const one of this.#all) {
      const told = proven.has(one.vector.id);
      if (told) this.#told.add(one);
      if (this.#toldOpen.has(one) || results.result(one.routes) !== 'passes') continue;
      this.#open.add(one);
      if (told) this.#toldOpen.add(one);
    }
  }

  get vectors(): readonly CompiledVector[] {
    return this.#all.filter((one) => this.#told.has(one) && (this.#toldOpen.has(one) || !this.#open.has(one)));
  }
}

/** A configuration's results, without each part that the sandbox lacks. Made when first asked for. */
class ResultsWithout {
  readonly #of: RecordedSample;
  #each: readonly Results[] | undefined;

  constructor(of: RecordedSample) {
    this.#of = of;
  }

  get each(): readonly Results[] {
    const { posture, missing } = this.#of;
    // What is lacking may be one of the facts that are fixed: the files of the image.
    this.#each ??= missing
      .flatMap((part) => withoutPart(posture, part) ?? [])
      .map((without) => new Results(without, new Map()));
    return this.#each;
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
