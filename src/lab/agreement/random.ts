/** The finalizer of MurmurHash3: neighbouring numbers begin far apart. */
export function mixed(seed: number, index: number): number {
  let hash = (Math.imul(seed, 0x9e37_79b1) ^ index) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return hash ^ (hash >>> 16);
}

/** Choices that follow from a seed, one after the other. */
export class Random {
  readonly #seed: number;
  #drawn = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** A seed for others. */
  number(): number {
    return mixed(this.#seed, this.#drawn++);
  }

  below(bound: number): number {
    return (this.number() >>> 0) % bound;
  }

  chance(oneIn: number): boolean {
    return this.below(oneIn) === 0;
  }

  pick<T>(items: readonly T[]): T | undefined {
    return items.length === 0 ? undefined : items[this.below(items.length)];
  }
}
