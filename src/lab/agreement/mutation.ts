/**
 * Whether the comparison would notice a wrong gate. Configurations whose proofs were recorded are judged again by models with one gate
 * broken each: a mutant is found where a kernel's answer, with which the whole model agrees, is not the one it gives.
 */
import type { Catalogue } from '../../check/index.ts';
import { type GateNode, Judgement, type Result } from '../../model/index.ts';
import type { Posture } from '../../posture/index.ts';
import { Gaps } from '../../prove/comparison.ts';
import type { Missing } from '../../runtimes/index.ts';
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

export interface Found {
  readonly sample: number;
  readonly vector: string;
  /** How many configurations were judged until then, this one among them. */
  readonly after: number;
}

/**
 * Why a mutant was not found.
 * - `equivalent`: no configuration can tell it from the whole model on this machine (`canBeTold`).
 * - `constant`: in every configuration the broken gate answers as the whole one.
 * - `covered`: it answers otherwise somewhere, but other gates decide there each time.
 * - `untold`: a verdict comes out otherwise somewhere, but the kernel did not tell there, or the verdict becomes unknown.
 */
export type Missed = 'equivalent' | 'constant' | 'covered' | 'untold';

export interface MutantResult {
  readonly mutant: Mutant;
  readonly found: Found | undefined;
  readonly missed: Missed | undefined;
  /** What the gate has read, where the mutant was not found. */
  readonly reads: readonly string[];
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
  readonly #suspects: readonly Suspect[];
  #judged = 0;
  /** Of the first posture: all are of one machine. */
  #fixed: FixedAnswers | undefined;

  constructor(catalogue: Catalogue, mutants: readonly Mutant[]) {
    this.#catalogue = catalogue;
    this.#suspects = mutants.map((mutant) => new Suspect(catalogue, mutant));
  }

  judge(recorded: RecordedSample): void {
    this.#judged++;
    this.#fixed ??= fixedAnswers(this.#catalogue, recorded.posture);
    const whole = new Judgement(this.#catalogue.graph, recorded.posture);
    for (const suspect of this.#suspects) suspect.judge(recorded, whole, this.#judged);
  }

  get results(): readonly MutantResult[] {
    const fixed = this.#fixed ?? new Map();
    return this.#suspects.map((suspect) =>
      suspect.result((mutant) => canBeTold(this.#catalogue.vectors, mutant, fixed)),
    );
  }
}

/** A vector in both models. */
interface Pair {
  readonly vector: string;
  readonly whole: GateNode;
  readonly broken: GateNode;
}

class Suspect {
  readonly #mutant: Mutant;
  readonly #graph: Catalogue['graph'];
  /** The vectors that have the gate on a route. */
  readonly #pairs: readonly Pair[];
  readonly #reads = new Set<string>();
  readonly #answers = new Set<Result>();
  #missed: Missed = 'constant';
  #found: Found | undefined;

  constructor(catalogue: Catalogue, mutant: Mutant) {
    const { graph, vectors } = breakGate(catalogue, mutant);
    this.#mutant = mutant;
    this.#graph = graph;
    this.#pairs = vectors.flatMap(({ vector, routes }, i) => {
      const whole = catalogue.vectors[i]?.routes;
      return whole === undefined || whole === routes ? [] : [{ vector: vector.id, whole, broken: routes }];
    });
  }

  judge(recorded: RecordedSample, whole: Judgement, after: number): void {
    if (this.#found !== undefined) return;
    const { gate } = this.#mutant;
    const { value, reads } = recorded.posture.reading(() => gate.behaviour.evaluate(gate.gate, recorded.posture));
    for (const key of reads) this.#reads.add(key);
    this.#answers.add(value.result);
    if (broken(this.#mutant, value.result) === value.result) return;
    this.#raise('covered');
    const judgement = new Judgement(this.#graph, recorded.posture);
    const otherwise = this.#pairs.filter((pair) => whole.result(pair.whole) !== judgement.result(pair.broken));
    if (otherwise.length > 0) this.#raise('untold');
    const noticed = otherwise.find((pair) => isNoticed(pair, recorded, whole, judgement));
    if (noticed !== undefined) this.#found = { sample: recorded.sample, vector: noticed.vector, after };
  }

  /** From one class to a later one. */
  #raise(to: 'covered' | 'untold'): void {
    if (this.#missed !== 'untold') this.#missed = to;
  }

  result(canBeTold: (mutant: Mutant) => boolean): MutantResult {
    const found = this.#found;
    return {
      mutant: this.#mutant,
      found,
      missed: found === undefined ? this.#missedAs(canBeTold) : undefined,
      reads: [...this.#reads].sort(),
      answers: [...this.#answers].sort(),
      vectors: this.#pairs.map(({ vector }) => vector),
    };
  }

  #missedAs(canBeTold: (mutant: Mutant) => boolean): Missed {
    if (!canBeTold(this.#mutant)) return 'equivalent';
    return this.#missed;
  }
}

/** Both models and the kernel tell, the whole model agrees with the kernel, and what the broken one says does not lean on what the sandbox lacked. */
function isNoticed(pair: Pair, { proven, missing }: RecordedSample, whole: Judgement, judgement: Judgement): boolean {
  const answer = proven.get(pair.vector);
  const verdict = VERDICT[judgement.result(pair.broken)];
  if (answer === undefined || verdict === undefined || VERDICT[whole.result(pair.whole)] !== answer) return false;
  const gaps = new Gaps(judgement, missing);
  return gaps.of(pair.broken, { vector: pair.vector, verdict, settledBy: [] }) === undefined;
}
