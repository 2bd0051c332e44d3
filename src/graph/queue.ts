import { growingIntegers } from './growing.ts';

const END = 0xffff_ffff;

/**
 * The least cost first, of equal costs what came last. Costs of attack steps are few and repeat, so the items of one cost are a list,
 * and only the costs are a heap: with many items and few costs it is as good as no heap, with all costs different an ordinary one.
 */
export class CostQueue {
  size = 0;
  /** What the last `pop` took. */
  cost = 0;
  /** By list: its cost, and its last item's place. */
  readonly #costs: number[] = [];
  readonly #last: number[] = [];
  readonly #listOf = new Map<number, number>();
  /** Lists that have items, as a binary heap. */
  readonly #heap: number[] = [];
  readonly #items = growingIntegers();
  readonly #before = growingIntegers();

  push(cost: number, item: number): void {
    const list = this.#listOf.get(cost) ?? this.#begin(cost);
    const before = this.#last[list] as number;
    if (before === END) this.#rise(list);
    this.#last[list] = this.#items.length;
    this.#items.push(item);
    this.#before.push(before);
    this.size++;
  }

  /** Takes the first item; the queue must not be empty. */
  pop(): number {
    const list = this.#heap[0] as number;
    const place = this.#last[list] as number;
    const before = this.#before.at(place);
    this.#last[list] = before;
    if (before === END) this.#sink();
    this.size--;
    this.cost = this.#costs[list] as number;
    return this.#items.at(place);
  }

  #begin(cost: number): number {
    const list = this.#costs.length;
    this.#listOf.set(cost, list);
    this.#costs.push(cost);
    this.#last.push(END);
    return list;
  }

  #rise(list: number): void {
    const heap = this.#heap;
    const cost = this.#costs[list] as number;
    let at = heap.length;
    heap.push(list);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as number;
      if ((this.#costs[above] as number) <= cost) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = list;
  }

  /** Takes the least list out. */
  #sink(): void {
    const heap = this.#heap;
    const costOf = (at: number): number => this.#costs[heap[at] as number] as number;
    const list = heap.pop() as number;
    const size = heap.length;
    if (size === 0) return;
    const cost = this.#costs[list] as number;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= size) break;
      if (child + 1 < size && costOf(child + 1) < costOf(child)) child++;
      if (costOf(child) >= cost) break;
      heap[at] = heap[child] as number;
      at = child;
    }
    heap[at] = list;
  }
}
