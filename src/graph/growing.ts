type Numbers = Uint32Array | Float64Array;

/** A typed array that doubles when it is full. What lies behind `length` has never been touched, so it costs no memory. */
export class Growing<A extends Numbers> {
  length = 0;
  #array: A;
  readonly #make: (capacity: number) => A;

  constructor(make: (capacity: number) => A, capacity = 1024) {
    this.#make = make;
    this.#array = make(capacity);
  }

  push(value: number): void {
    if (this.length === this.#array.length) {
      const larger = this.#make(this.length * 2);
      larger.set(this.#array);
      this.#array = larger;
    }
    this.#array[this.length++] = value;
  }

  at(place: number): number {
    return this.#array[place] as number;
  }

  /** What has been pushed so far, without a copy: later pushes may or may not show in it. */
  view(): A {
    return this.#array.subarray(0, this.length) as A;
  }
}

export const growingIntegers = (): Growing<Uint32Array> => new Growing((capacity) => new Uint32Array(capacity));
export const growingFloats = (): Growing<Float64Array> => new Growing((capacity) => new Float64Array(capacity));
