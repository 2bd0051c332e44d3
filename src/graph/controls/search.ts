import type { Hitting } from './hitting-set.ts';

/** Depth first, on the smallest core that is not hit yet; what an earlier branch took, a later one leaves out. */
export function searchHittingSet(
  costs: readonly number[],
  cores: readonly (readonly number[])[],
  forbidden: readonly (readonly number[])[],
  nodes: number,
): Hitting | undefined | 'too large' {
  const search = new Search(
    costs,
    [...cores].sort((a, b) => a.length - b.length),
    forbidden,
  );
  return search.run(nodes) ? search.best() : 'too large';
}

interface Node {
  readonly taken: readonly number[];
  readonly out: ReadonlySet<number>;
  readonly cost: number;
}

class Search {
  readonly #costs: readonly number[];
  readonly #cores: readonly (readonly number[])[];
  readonly #forbidden: readonly (readonly number[])[];
  #least = Number.POSITIVE_INFINITY;
  #chosen: readonly number[] | undefined;

  constructor(
    costs: readonly number[],
    cores: readonly (readonly number[])[],
    forbidden: readonly (readonly number[])[],
  ) {
    this.#costs = costs;
    this.#cores = cores;
    this.#forbidden = forbidden;
  }

  /** Whether the search came to its end. */
  run(nodes: number): boolean {
    const stack: Node[] = [{ taken: [], out: new Set(), cost: 0 }];
    for (let visited = 0; stack.length > 0; visited++) {
      if (visited === nodes) return false;
      const node = stack.pop() as Node;
      const open = this.#open(node);
      if (node.cost + this.#bound(node, open) >= this.#least) continue;
      const [core] = open;
      if (core === undefined) this.#keep(node);
      else stack.push(...this.#branches(node, core));
    }
    return true;
  }

  best(): Hitting | undefined {
    return this.#chosen && { controls: this.#chosen, cost: this.#least, bound: this.#least };
  }

  #open({ taken }: Node): readonly (readonly number[])[] {
    return this.#cores.filter((core) => !core.some((control) => taken.includes(control)));
  }

  /** Cores that share nothing are paid for one by one. */
  #bound({ out }: Node, open: readonly (readonly number[])[]): number {
    const used = new Set<number>();
    let bound = 0;
    for (const core of open) {
      const left = core.filter((control) => !out.has(control));
      if (left.some((control) => used.has(control))) continue;
      bound += Math.min(...left.map((control) => this.#costs[control] as number));
      for (const control of left) used.add(control);
    }
    return bound;
  }

  /** The cheapest last, because it is taken from the stack first. */
  #branches({ taken, out, cost }: Node, core: readonly number[]): Node[] {
    const costOf = (control: number): number => this.#costs[control] as number;
    const left = core.filter((control) => !out.has(control)).sort((a, b) => costOf(a) - costOf(b) || a - b);
    return left
      .map((control, i) => ({
        taken: [...taken, control],
        out: new Set([...out, ...left.slice(0, i)]),
        cost: cost + costOf(control),
      }))
      .reverse();
  }

  #keep({ taken, cost }: Node): void {
    if (this.#forbidden.some((set) => set.every((control) => taken.includes(control)))) return;
    this.#least = cost;
    this.#chosen = [...taken].sort((a, b) => a - b);
  }
}
