import type { Runtime, Sandbox } from '../../runtimes/index.ts';
import type { StartRequest } from '../../runtimes/types.ts';
import { medianWithInterval } from '../statistics.ts';
import type { Price } from '../study.ts';
import { memoryOf, processesNow, processesOf } from './footprint.ts';

/** Sandboxes of one runtime, one beside the other, all idle: what it takes to start one more, and what one more holds. */
export class Crowd {
  readonly runtime: Runtime;
  readonly #request: StartRequest;
  readonly #sandboxes: Sandbox[] = [];
  readonly #processes: number[] = [];
  /** Milliseconds until the first answer. */
  readonly #starts: number[] = [];
  /** KiB of all together, after each start. */
  readonly #totals: number[] = [];
  #spent = 0;
  #full: string | undefined;

  constructor(runtime: Runtime, request: StartRequest) {
    this.runtime = runtime;
    this.#request = request;
  }

  get first(): Sandbox | undefined {
    return this.#sandboxes[0];
  }

  /** Why no more are started. */
  get full(): string | undefined {
    return this.#full;
  }

  /** `shareMs`: the time that may be spent on all of them. */
  async grow(shareMs: number): Promise<void> {
    const before = processesNow();
    const begun = performance.now();
    try {
      const sandbox = await this.runtime.start(this.#request);
      this.#starts.push(performance.now() - begun);
      this.#sandboxes.push(sandbox);
      this.#processes.push(...processesOf(sandbox, before));
    } catch (error) {
      this.#full = messageOf(error);
      return;
    }
    const total = memoryOf(this.#processes);
    if (total !== undefined) this.#totals.push(total);
    this.#spent += performance.now() - begun;
    this.#full = this.#bound(shareMs, total);
  }

  #bound(shareMs: number, total = 0): string | undefined {
    if (this.#sandboxes.length >= MOST) return `not more than ${MOST} are started`;
    if (total >= MOST_KIB) return `not more than ${MOST_KIB / 1024} MiB are taken`;
    // As long as it takes to start them, it takes to close them.
    return this.#spent * 2 >= shareMs ? 'the time was used up' : undefined;
  }

  /** All but the first. */
  async disperse(): Promise<void> {
    await Promise.all(this.#sandboxes.slice(1).map((sandbox) => sandbox.close()));
  }

  async close(): Promise<void> {
    await Promise.all(this.#sandboxes.map((sandbox) => sandbox.close()));
  }

  prices(): readonly Price[] {
    const { name } = this.runtime;
    const failed = this.#full ?? 'it was not started';
    const started = this.#starts.length;
    const start = started === 0 ? { value: null, why: failed } : { value: medianWithInterval(this.#starts) };
    return [
      { runtime: name, operation: 'start', unit: 'ms', ...start },
      { runtime: name, operation: 'memory', unit: 'KiB', ...this.#memory(failed) },
      { runtime: name, operation: 'density', unit: 'count', ...this.#density(failed) },
    ];
  }

  #memory(failed: string): Pick<Price, 'value' | 'why'> {
    if (this.#starts.length === 0) return { value: null, why: failed };
    if (this.#totals.length === 0)
      return { value: null, why: 'this machine does not tell the memory of its processes' };
    return {
      value: medianWithInterval(this.#increments()),
      why: `proportional set size of one more, of ${this.#starts.length}`,
    };
  }

  /** The first brings what all of them share. */
  #increments(): readonly number[] {
    const steps = this.#totals.map((total, i) => total - (this.#totals[i - 1] ?? 0));
    return steps.length > 1 ? steps.slice(1) : steps;
  }

  #density(failed: string): Pick<Price, 'value' | 'why'> {
    const count = this.#starts.length;
    if (count === 0) return { value: null, why: failed };
    const each = this.#totals.length === 0 ? 0 : medianWithInterval(this.#increments()).median;
    const more = each > 0 ? `; by the memory of each, ${Math.floor((1024 * 1024) / each)} would fit into a GiB` : '';
    return { value: medianWithInterval([count]), why: `ran side by side; ${this.#full}${more}` };
  }
}

/** More would tell nothing new of memory, and the machine is not ours alone. */
const MOST = 20;
const MOST_KIB = 512 * 1024;

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
