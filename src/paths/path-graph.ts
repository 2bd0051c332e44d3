import { type Graph, GraphBuilder } from '../graph/index.ts';
import type { Mechanism } from '../model/index.ts';
import type { StepClass } from '../past/index.ts';
import type { Place } from '../posture/index.ts';
import type { CostName } from './costs.data.ts';
import { type State, stateId } from './states.ts';

/** What a step costs, part by part. */
export interface Price {
  readonly name: CostName | StepClass;
  readonly cost: number;
}

/** Why a step can be taken. */
export type Cause =
  | {
      readonly kind: 'vector';
      /** Id of the object in the check result. */
      readonly target: string;
      readonly vector: string;
      readonly title: string;
      readonly verdict: 'open' | 'unknown' | 'blocked';
      readonly statement: string;
      /** Of a blocked one: what must fail. */
      readonly mechanisms: readonly Mechanism[];
      /** Of a blocked one: how many others lead the same way and cost no less. */
      readonly dearer: number;
    }
  | { readonly kind: 'rule'; readonly rule: string; readonly says: string; readonly assumed?: string }
  | { readonly kind: 'known'; readonly target: string; readonly ids: readonly string[] }
  | {
      readonly kind: 'flaw';
      readonly target: string;
      readonly flaw: StepClass;
      /** By history: how many a year would have served here. */
      readonly perYear: number;
      readonly years: number;
      /** Open vectors that add to what of the kernel is within reach. */
      readonly through: readonly string[];
    };

export interface PathStep {
  readonly cause: Cause;
  readonly price: readonly Price[];
  readonly place: Place | undefined;
}

/** The attack graph of a system: numbers for the engine, and what each of them means. */
export interface PathGraph {
  readonly graph: Graph;
  /** By number. */
  readonly states: readonly State[];
  readonly steps: readonly PathStep[];
  numberOf(id: string): number | undefined;
}

/**
 * How sure it is that a step can be taken: by what is configured (and the work of attackers against programs and people); if facts turn
 * out so that nobody stated; by a known flaw; only by one that is still to be found. A path is as sure as its least sure step.
 */
const CERTAINTIES = ['configured', 'not-settled', 'known-flaw', 'new-flaw'] as const;

export type Certainty = (typeof CERTAINTIES)[number];

const CERTAINTY_OF: Readonly<Partial<Record<string, Certainty>>> = {
  given: 'configured',
  misconfiguration: 'configured',
  'application-flaw': 'configured',
  'user-action': 'configured',
  unknown: 'not-settled',
  'known-vulnerability': 'known-flaw',
} satisfies Partial<Record<CostName, Certainty>>;

export function certaintyOf(prices: Iterable<Price>): Certainty {
  let least = 0;
  for (const { name } of prices) least = Math.max(least, CERTAINTIES.indexOf(CERTAINTY_OF[name] ?? 'new-flaw'));
  return CERTAINTIES[least] as Certainty;
}

/** What a change of the configuration can take away. */
export function isConfigured(step: PathStep): boolean {
  return certaintyOf(step.price) === 'configured';
}

export class PathGraphBuilder {
  readonly #builder = new GraphBuilder();
  readonly #numbers = new Map<string, number>();
  readonly #states: State[] = [];
  readonly #steps: PathStep[] = [];

  state(state: State): number {
    const id = stateId(state);
    let number = this.#numbers.get(id);
    if (number === undefined) {
      number = this.#builder.state();
      this.#numbers.set(id, number);
      this.#states.push(state);
    }
    return number;
  }

  step(conditions: readonly number[], result: number, step: PathStep): void {
    if (conditions.includes(result)) return;
    const cost = step.price.reduce((sum, part) => sum + part.cost, 0);
    this.#builder.step(conditions, result, cost, this.#steps.length);
    this.#steps.push(step);
  }

  build(): PathGraph {
    const numbers = this.#numbers;
    return {
      graph: this.#builder.build(),
      states: this.#states,
      steps: this.#steps,
      numberOf: (id) => numbers.get(id),
    };
  }
}
