import type { CallResult } from '../../agent/index.ts';
import type { Arg, Call } from '../../kernel/index.ts';

/**
 * One system call of a task and what its failure means. Calls of a batch are all made, whatever came of those before: so a task
 * is written such that what follows a failure does no harm.
 */
export interface Operation {
  readonly call: Call;
  /** `must`: the task fails with it. `either`: the task fails where all of these fail. `may`: it does not matter. */
  readonly role: 'must' | 'either' | 'may';
  /** Errors that mean that nothing was left to do. */
  readonly fine: readonly string[];
}

export const must = (call: Call, ...fine: readonly string[]): Operation => ({ call, role: 'must', fine });
export const either = (call: Call, ...fine: readonly string[]): Operation => ({ call, role: 'either', fine });
export const may = (call: Call): Operation => ({ call, role: 'may', fine: [] });

/** A part of a step that works or fails as a whole. `resultOf` counts from its own first call. */
export interface Task {
  /** For people: `mount /proc`. */
  readonly what: string;
  /** Facts whose proof is void where it fails. */
  readonly facts: readonly string[];
  readonly operations: readonly Operation[];
  /** What its results tell, where it worked. */
  readonly learn?: (results: readonly CallResult[]) => void;
  /** Nothing follows it in its exchange. */
  readonly last?: true;
}

/** The call at its place in a batch. */
export function placed(call: Call, base: number): Call {
  if (base === 0 || !call.args.some(isResult)) return call;
  return { ...call, args: call.args.map((arg) => (isResult(arg) ? { kind: 'result', of: arg.of + base } : arg)) };
}

function isResult(arg: Arg): arg is { readonly kind: 'result'; readonly of: number } {
  return typeof arg === 'object' && !(arg instanceof Uint8Array) && arg.kind === 'result';
}

/** The call that made the task fail; undefined where it worked. */
export function failureOf(task: Task, results: readonly CallResult[]): CallResult | undefined {
  let alternative: CallResult | undefined;
  let met = false;
  for (const [i, { role, fine }] of task.operations.entries()) {
    const result = results[i];
    if (result === undefined) continue;
    const well = result.errno === undefined || fine.includes(result.errno);
    if (role === 'must' && !well) return result;
    if (role !== 'either') continue;
    if (well) met = true;
    else alternative ??= result;
  }
  return met ? undefined : alternative;
}
