/** The hitting set as an integer program, solved by HiGHS (compiled to WebAssembly: single-threaded, deterministic). */
import loadHighs, { type Highs, type Model } from 'highs';
import type { Hitting } from './hitting-set.ts';

const OPTIMAL = 7;
const INFEASIBLE = 8;

/** The solver works in floating point; the choice itself is 0 or 1, and whole costs have a whole bound. */
const TOLERANCE = 1e-6;

export class Program {
  readonly #model: Model;
  readonly #costs: readonly number[];
  readonly #infinity: number;
  readonly #whole: boolean;

  constructor(model: Model, infinity: number, costs: readonly number[]) {
    this.#model = model;
    this.#costs = costs;
    this.#infinity = infinity;
    this.#whole = costs.every(Number.isInteger);
    model.options.set({ output_flag: false, mip_rel_gap: 0, mip_abs_gap: this.#whole ? 0.99 : 0, random_seed: 0 });
    for (const [control, cost] of costs.entries()) {
      model.addVar(0, 1);
      model.changeColCost(control, cost);
      model.changeColIntegrality(control, 1);
    }
  }

  atLeastOne(controls: readonly number[]): void {
    this.#model.addRow(1, this.#infinity, { indices: controls, values: controls.map(() => 1) });
  }

  notAll(controls: readonly number[]): void {
    this.#model.addRow(-this.#infinity, controls.length - 1, { indices: controls, values: controls.map(() => 1) });
  }

  /** At the time limit with the best choice it has; without one, all controls stand for "not known". Undefined: there is no choice. */
  solve(milliseconds: number): Hitting | undefined {
    const model = this.#model;
    model.zeroAllClocks();
    model.options.set('time_limit', Math.max(milliseconds, 1) / 1000);
    const { modelStatus } = model.run();
    if (modelStatus === INFEASIBLE) return undefined;
    const values = model.getSolution().colValue;
    const found = this.#costs.map((_, control) => control).filter((control) => (values[control] as number) > 0.5);
    const cost = found.reduce((sum, control) => sum + (this.#costs[control] as number), 0);
    if (modelStatus === OPTIMAL) return { controls: found, cost, bound: cost };
    const bound = Number(model.info.get('mip_dual_bound')) - TOLERANCE;
    return { controls: found, cost, bound: Math.max(0, this.#whole ? Math.ceil(bound) : bound) };
  }

  close(): void {
    this.#model.dispose();
  }
}

/** The declarations of 1.15.3 are those of its CommonJS form, where the loader is a property; imported, it is the default itself. */
const load = loadHighs as unknown as () => Promise<Highs>;

/** Compiled once a process. */
let loaded: Promise<Highs> | undefined;

export async function openProgram(costs: readonly number[]): Promise<Program> {
  loaded ??= load();
  const highs = await loaded;
  return new Program(highs.createModel(), highs.infinity, costs);
}
