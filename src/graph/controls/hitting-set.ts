import type { Program } from './program.ts';
import { searchHittingSet } from './search.ts';

/** Which controls at least: `controls` is the cheapest known choice, `bound` what none falls below; equal when it is proven. */
export interface Hitting {
  readonly controls: readonly number[];
  readonly cost: number;
  readonly bound: number;
}

/** A search that ends within this many nodes takes less time than loading the solver. */
const NODES = 5000;

/**
 * Minimum-cost hitting sets of a growing family: one of each core, and never all of a forbidden set. Small instances are searched
 * here; the first that is not small loads HiGHS (a quarter of a second), which keeps its model from then on.
 */
export class HittingSets {
  readonly cores: (readonly number[])[] = [];
  readonly #forbidden: (readonly number[])[] = [];
  readonly #costs: readonly number[];
  readonly #nodes: number;
  #program: Program | undefined;

  constructor(costs: readonly number[], nodes = NODES) {
    this.#costs = costs;
    this.#nodes = nodes;
  }

  add(core: readonly number[]): void {
    this.cores.push(core);
    this.#program?.atLeastOne(core);
  }

  forbid(controls: readonly number[]): void {
    this.#forbidden.push(controls);
    this.#program?.notAll(controls);
  }

  /** Undefined when no choice is left. */
  async cheapest(milliseconds: number): Promise<Hitting | undefined> {
    if (this.#program === undefined) {
      const found = searchHittingSet(this.#costs, this.cores, this.#forbidden, this.#nodes);
      if (found !== 'too large') return found;
      await this.#load();
    }
    return this.#program?.solve(milliseconds);
  }

  async #load(): Promise<void> {
    const { openProgram } = await import('./program.ts');
    const program = await openProgram(this.#costs);
    for (const core of this.cores) program.atLeastOne(core);
    for (const set of this.#forbidden) program.notAll(set);
    this.#program = program;
  }

  close(): void {
    this.#program?.close();
  }
}
