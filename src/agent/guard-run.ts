import { type Arg, type Call, type ResultOf, resultOf } from '../kernel/index.ts';
import { CallResult } from './calls.ts';
import { type Descriptor, isResult } from './guard-arguments.ts';
import type { GuardState } from './guard-state.ts';

type Make = (calls: readonly Call[]) => Promise<readonly CallResult[]>;

/** A batch on its way through the guard: cut where the outcome of what went before must be known first. */
export class GuardRun {
  readonly #state: GuardState;
  readonly #make: Make;
  /** Of the whole batch: a result, or the position in the part that has not left yet. */
  readonly #done: (CallResult | { readonly position: number })[] = [];
  /** As they were written. */
  readonly #calls: Call[] = [];
  #part: Call[] = [];
  #begun = false;
  /** What the results of the part stand for. */
  given: (Descriptor | undefined)[] = [];

  constructor(state: GuardState, make: Make) {
    this.#state = state;
    this.#make = make;
  }

  /** Something has left, or was left out. */
  get begun(): boolean {
    return this.#begun;
  }

  /** The call as part of what leaves next: results that are known are put in their places. */
  placed(call: Call): Call {
    return withResults(call, ({ of }) => {
      const done = this.#done[of];
      if (done === undefined) return resultOf(this.#part.length);
      return done instanceof CallResult ? done.value : resultOf(done.position);
    });
  }

  add(call: Call, gives: Descriptor | undefined): void {
    const placed = this.placed(call);
    this.#calls.push(call);
    this.#state.expect(placed);
    forgetClosed(placed, this.given);
    this.#done.push({ position: this.#part.length });
    this.#part.push(placed);
    this.given.push(gives);
  }

  skip(call: Call): void {
    const failed = this.#done.find((done) => done instanceof CallResult && !done.ok);
    this.#calls.push(call);
    this.#done.push(CallResult.notMade(call, `it leans on ${failed ?? 'what is not there'}`));
  }

  async flush(): Promise<void> {
    this.#begun = true;
    if (this.#part.length === 0) return;
    const results = await this.#make(this.#part);
    for (const [i, result] of results.entries()) {
      const call = withResults(result.call, ({ of }) => results[of]?.value ?? resultOf(of));
      this.#state.learn(result.of(call), this.given[i]);
    }
    for (const [i, done] of this.#done.entries()) {
      if (!(done instanceof CallResult)) this.#done[i] = results[done.position] as CallResult;
    }
    this.#part = [];
    this.given = [];
  }

  results(): readonly CallResult[] {
    return this.#done
      .filter((done) => done instanceof CallResult)
      .map((done, i) => done.of(this.#calls[i] ?? done.call));
  }
}

export function withResults(call: Call, known: (result: ResultOf) => Arg): Call {
  return call.args.some(isResult)
    ? { ...call, args: call.args.map((arg) => (isResult(arg) ? known(arg) : arg)) }
    : call;
}

/** A descriptor that the same batch closes again: its number may be another's then. */
export function forgetClosed({ name, args: [first] }: Call, given: (Descriptor | undefined)[]): void {
  if (name === 'close' && first !== undefined && isResult(first)) given[first.of] = undefined;
}
