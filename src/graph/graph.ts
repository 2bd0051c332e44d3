import { growingFloats, growingIntegers } from './growing.ts';

/** In `by` of an answer: no step leads here. */
export const NONE = 0xffff_ffff;
/** In `by` of an answer: the state was given as an entry. */
export const GIVEN = 0xffff_fffe;

/** Beside the result in the words of a use: the step has further conditions. */
export const JOINT = 0x8000_0000;
export const RESULT = 0x7fff_ffff;

const MOST_STATES = 0x7fff_ffff;
const MOST_CONDITIONS = 0xffff;

/**
 * An AND/OR graph in typed arrays. A state (OR) holds when any step that leads to it is taken; a step (AND) can be taken when all its
 * conditions hold. Both are numbers, given out in the order in which they were added. The lists of a row `i` in an array `xs` lie
 * between `xsFrom[i]` and `xsFrom[i + 1]`.
 */
export interface Graph {
  readonly states: number;
  readonly steps: number;
  /** By step: the state it leads to, what it costs, and a number that means something to the caller. */
  readonly result: Uint32Array;
  readonly cost: Float64Array;
  readonly tag: Uint32Array;
  readonly conditionsFrom: Uint32Array;
  readonly conditions: Uint32Array;
  /** By state: the steps that lead to it, ascending. */
  readonly waysFrom: Uint32Array;
  readonly ways: Uint32Array;
  /**
   * By state: the steps it is a condition of, ascending. What a query needs of a use lies together, because it meets them in any
   * order and would wait for memory at each: in `useWords` the result (with `JOINT`) at `4 i`, the step at `4 i + 1` (if joint: its
   * place in `joint`), and over the same bytes in `useCosts` the step's cost at `2 i + 1`.
   */
  readonly usesFrom: Uint32Array;
  readonly useWords: Uint32Array;
  readonly useCosts: Float64Array;
  /** Steps with more than one condition, and how many they have. */
  readonly joint: Uint32Array;
  readonly jointNeeds: Uint16Array;
  /** Steps without a condition. */
  readonly free: Uint32Array;
}

function count(numbers: Uint32Array, at: number): number {
  const before = numbers[at] as number;
  numbers[at] = before + 1;
  return before;
}

/** Turns counts in `from[i + 1]` into offsets. */
function accumulate(from: Uint32Array): void {
  for (let i = 1; i < from.length; i++) from[i] = (from[i] as number) + (from[i - 1] as number);
}

function waysOf(states: number, result: Uint32Array): Pick<Graph, 'ways' | 'waysFrom'> {
  const waysFrom = new Uint32Array(states + 1);
  for (let step = 0; step < result.length; step++) count(waysFrom, (result[step] as number) + 1);
  accumulate(waysFrom);
  const next = waysFrom.slice(0, states);
  const ways = new Uint32Array(result.length);
  for (let step = 0; step < result.length; step++) ways[count(next, result[step] as number)] = step;
  return { ways, waysFrom };
}

type Uses = Pick<Graph, 'usesFrom' | 'useWords' | 'useCosts' | 'joint' | 'jointNeeds'>;

function usesOf(
  states: number,
  { result, cost, conditionsFrom, conditions }: Pick<Graph, 'result' | 'cost' | 'conditionsFrom' | 'conditions'>,
): Uses {
  const usesFrom = new Uint32Array(states + 1);
  for (let i = 0; i < conditions.length; i++) count(usesFrom, (conditions[i] as number) + 1);
  accumulate(usesFrom);
  const next = usesFrom.slice(0, states);
  const bytes = new ArrayBuffer(conditions.length * 16);
  const useWords = new Uint32Array(bytes);
  const useCosts = new Float64Array(bytes);
  const joint = growingIntegers();
  const needs = growingIntegers();
  for (let step = 0; step < result.length; step++) {
    const from = conditionsFrom[step] as number;
    const to = conditionsFrom[step + 1] as number;
    const alone = to - from === 1;
    for (let i = from; i < to; i++) {
      const at = count(next, conditions[i] as number);
      useWords[at * 4] = (result[step] as number) + (alone ? 0 : JOINT);
      useWords[at * 4 + 1] = alone ? step : joint.length;
      useCosts[at * 2 + 1] = cost[step] as number;
    }
    if (to - from < 2) continue;
    joint.push(step);
    needs.push(to - from);
  }
  return { usesFrom, useWords, useCosts, joint: joint.view(), jointNeeds: Uint16Array.from(needs.view()) };
}

/** Takes states and steps one after another, without an object for either; `build` once, then forget the builder. */
export class GraphBuilder {
  #states = 0;
  readonly #result = growingIntegers();
  readonly #cost = growingFloats();
  readonly #tag = growingIntegers();
  readonly #conditionsFrom = growingIntegers();
  readonly #conditions = growingIntegers();
  readonly #free = growingIntegers();

  /** Adds `count` states and returns the number of the first. */
  states(count: number): number {
    const first = this.#states;
    if (!Number.isSafeInteger(count) || count < 0 || first + count > MOST_STATES) {
      throw new RangeError(`${count} more states: a graph holds at most ${MOST_STATES}`);
    }
    this.#states += count;
    return first;
  }

  state(): number {
    return this.states(1);
  }

  /**
   * Adds a step and returns its number. `cost` is finite and not negative; integers add up exactly up to 2^53, so that equal costs
   * are seen as equal, fractions only to rounding. The same condition twice counts once. No conditions: the step can always be taken.
   */
  step(conditions: ArrayLike<number>, result: number, cost: number, tag = 0): number {
    if (!(cost >= 0 && cost < Number.POSITIVE_INFINITY))
      throw new RangeError(`cost ${cost}: not a finite number from 0`);
    if (!Number.isInteger(tag) || tag < 0 || tag > NONE)
      throw new RangeError(`tag ${tag}: not an unsigned 32-bit integer`);
    if (conditions.length > MOST_CONDITIONS) {
      throw new RangeError(`${conditions.length} conditions: a step has at most ${MOST_CONDITIONS}`);
    }
    this.#known(result);
    for (let i = 0; i < conditions.length; i++) this.#known(conditions[i] as number);
    const step = this.#result.length;
    this.#conditionsFrom.push(this.#conditions.length);
    for (let i = 0; i < conditions.length; i++) {
      if (!seenBefore(conditions, i)) this.#conditions.push(conditions[i] as number);
    }
    if (conditions.length === 0) this.#free.push(step);
    this.#result.push(result);
    this.#cost.push(cost);
    this.#tag.push(tag);
    return step;
  }

  #known(state: number): void {
    if (!Number.isInteger(state) || state < 0 || state >= this.#states) {
      throw new RangeError(`state ${state}: the graph has ${this.#states}`);
    }
  }

  build(): Graph {
    const conditionsFrom = closed(this.#conditionsFrom.view(), this.#conditions.length);
    const states = this.#states;
    const own = {
      states,
      steps: this.#result.length,
      result: this.#result.view(),
      cost: this.#cost.view(),
      tag: this.#tag.view(),
      conditionsFrom,
      conditions: this.#conditions.view(),
      free: this.#free.view(),
    };
    return { ...own, ...waysOf(states, own.result), ...usesOf(states, own) };
  }
}

/** Conditions are few, so looking back costs less than a set; `MOST_CONDITIONS` bounds it. */
function seenBefore(conditions: ArrayLike<number>, at: number): boolean {
  for (let i = 0; i < at; i++) if (conditions[i] === conditions[at]) return true;
  return false;
}

/** Offsets with the end of the last row. */
function closed(offsets: Uint32Array, end: number): Uint32Array {
  const all = new Uint32Array(offsets.length + 1);
  all.set(offsets);
  all[offsets.length] = end;
  return all;
}
