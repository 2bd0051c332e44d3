import { type Derivation, derivation } from './derivation.ts';
import type { Graph } from './graph.ts';
import { checkState, type Question } from './question.ts';
import { reach } from './reach.ts';

export interface ChokePoints {
  readonly states: readonly number[];
  readonly steps: readonly number[];
}

/**
 * The states and steps without which the target cannot be reached, in an order in which an attacker meets them: taking any one of
 * them out (a state: all steps that lead to it, and the state itself as an entry) leaves no derivation. The target is not listed.
 * Undefined when it cannot be reached anyhow.
 *
 * A choke point is part of every derivation, so those of one derivation are the only candidates; each that is tried and is none
 * yields a derivation without it, and only what both share stays a candidate. At most one walk through the graph for each step and
 * state of one derivation, seldom more than a handful.
 */
export function chokePoints(graph: Graph, question: Question, target: number): ChokePoints | undefined {
  checkState(graph, target);
  return new Chokes(graph, question, target).find();
}

class Chokes {
  readonly #graph: Graph;
  readonly #entries: readonly number[];
  readonly #target: number;
  readonly #removed: Uint8Array;

  constructor(graph: Graph, { entries, removed }: Question, target: number) {
    this.#graph = graph;
    this.#entries = Array.from(entries);
    this.#target = target;
    this.#removed = removed?.slice() ?? new Uint8Array(graph.steps);
  }

  find(): ChokePoints | undefined {
    const first = this.#derive(this.#entries);
    if (first === undefined) return undefined;
    let states = this.#statesOf(first);
    let steps = [...first.steps];
    for (const state of states) {
      if (!states.includes(state)) continue;
      const other = this.#withoutState(state);
      if (other === undefined) continue;
      ({ states, steps } = this.#shared(other, states, steps));
    }
    for (const step of steps) {
      if (!steps.includes(step)) continue;
      const other = this.#without([step], this.#entries);
      if (other === undefined) continue;
      ({ states, steps } = this.#shared(other, states, steps));
    }
    return { states, steps };
  }

  #derive(entries: readonly number[]): Derivation | undefined {
    const reached = reach(this.#graph, { entries, removed: this.#removed, until: this.#target });
    return derivation(this.#graph, reached, this.#target);
  }

  #withoutState(state: number): Derivation | undefined {
    const { ways, waysFrom } = this.#graph;
    return this.#without(
      ways.subarray(waysFrom[state], waysFrom[state + 1]),
      this.#entries.filter((entry) => entry !== state),
    );
  }

  #without(steps: ArrayLike<number>, entries: readonly number[]): Derivation | undefined {
    const taken = Array.from(steps).filter((step) => this.#removed[step] === 0);
    for (const step of taken) this.#removed[step] = 1;
    const other = this.#derive(entries);
    for (const step of taken) this.#removed[step] = 0;
    return other;
  }

  #statesOf({ steps }: Derivation): number[] {
    const { conditions, conditionsFrom, result } = this.#graph;
    const states = new Set<number>();
    for (const step of steps) {
      for (let i = conditionsFrom[step] as number; i < (conditionsFrom[step + 1] as number); i++) {
        states.add(conditions[i] as number);
      }
      states.add(result[step] as number);
    }
    states.delete(this.#target);
    return [...states];
  }

  #shared(
    other: Derivation,
    states: readonly number[],
    steps: readonly number[],
  ): { states: number[]; steps: number[] } {
    const otherStates = new Set(this.#statesOf(other));
    const otherSteps = new Set(other.steps);
    return {
      states: states.filter((state) => otherStates.has(state)),
      steps: steps.filter((step) => otherSteps.has(step)),
    };
  }
}
