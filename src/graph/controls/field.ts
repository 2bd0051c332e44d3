import { cheapest } from '../cheapest.ts';
import { type Derivation, derivation } from '../derivation.ts';
import { type Graph, NONE } from '../graph.ts';
import type { Question } from '../question.ts';
import { reach } from '../reach.ts';
import { type Excerpt, excerpt, slice } from '../slice.ts';

/** Something that can be done: it takes steps out. */
export interface Control {
  /** What it costs, finite and not negative; 1 each asks for the fewest controls. */
  readonly cost: number;
  readonly steps: Iterable<number>;
}

/**
 * The part of the graph that matters for the targets, with the controls on it. A step costs as many controls as take it out, so that
 * the cheapest derivation is one that few controls can stop: it says most.
 */
export class Field {
  readonly #part: Excerpt;
  readonly #entries: readonly number[];
  readonly #goals: readonly number[];
  /** By step of the excerpt. */
  readonly #controlsOf: readonly (readonly number[])[];
  readonly #stepsOf: readonly (readonly number[])[];
  /** What is carried out at the moment, and by step how many controls take it out. */
  #active: ReadonlySet<number> = new Set();
  readonly #takenOut: Uint32Array;
  readonly #removed: Uint8Array;

  constructor(graph: Graph, question: Question, targets: readonly number[], controls: readonly Control[]) {
    const part = slice(graph, question, targets);
    const inPart = new Map([...part.steps].map((step, i): [number, number] => [step, i]));
    this.#stepsOf = controls.map(({ steps }) => [...new Set([...steps].flatMap((step) => inPart.get(step) ?? []))]);
    const controlsOf: number[][] = Array.from(part.steps, () => []);
    for (const [control, steps] of this.#stepsOf.entries()) for (const step of steps) controlsOf[step]?.push(control);
    this.#controlsOf = controlsOf;
    this.#part = excerpt(graph, part, (step) => controlsOf[inPart.get(step) as number]?.length ?? 0);
    const inside = (states: ArrayLike<number>): number[] =>
      Array.from(states, (state) => this.#part.inside(state)).filter((state) => state !== NONE);
    this.#entries = inside(question.entries);
    this.#goals = inside(targets);
    this.#takenOut = new Uint32Array(part.steps.length);
    this.#removed = new Uint8Array(part.steps.length);
  }

  /** A derivation of any target that these controls leave, as the excerpt has it. */
  open(chosen: ReadonlySet<number>): Derivation | undefined {
    this.#carryOut(chosen);
    const { graph } = this.#part;
    const answer = cheapest(graph, { entries: this.#entries, removed: this.#removed });
    let nearest: number | undefined;
    for (const goal of this.#goals) {
      if (
        (answer.cost[goal] as number) <
        (nearest === undefined ? Number.POSITIVE_INFINITY : (answer.cost[nearest] as number))
      )
        nearest = goal;
    }
    return nearest === undefined ? undefined : derivation(graph, answer, nearest);
  }

  /** Whether these controls leave no way to any target. */
  cuts(chosen: ReadonlySet<number>): boolean {
    this.#carryOut(chosen);
    const { by } = reach(this.#part.graph, { entries: this.#entries, removed: this.#removed });
    return this.#goals.every((goal) => by[goal] === NONE);
  }

  /** Only what is new or no longer there is touched. */
  #carryOut(chosen: ReadonlySet<number>): void {
    for (const control of this.#active) if (!chosen.has(control)) this.#count(control, -1);
    for (const control of chosen) if (!this.#active.has(control)) this.#count(control, 1);
    this.#active = new Set(chosen);
  }

  #count(control: number, change: 1 | -1): void {
    for (const step of this.#stepsOf[control] as readonly number[]) {
      const now = (this.#takenOut[step] as number) + change;
      this.#takenOut[step] = now;
      this.#removed[step] = now > 0 ? 1 : 0;
    }
  }

  /** The controls of which any one stops this derivation, ascending. */
  core({ steps }: Derivation): readonly number[] {
    return [...new Set(steps.flatMap((step) => this.#controlsOf[step] as readonly number[]))].sort((a, b) => a - b);
  }
}
