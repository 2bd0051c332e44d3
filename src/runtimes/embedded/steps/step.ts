import { type Call, call, resultOf } from '../../../kernel/index.ts';
import { AT_FDCWD, O } from '../linux.ts';
import { may, must, type Operation, placed, type Task } from '../operation.ts';
import type { Namespace, Plan } from '../plan.ts';

/**
 * Where and when a step is taken. `outside`: by the outer stub, in the namespaces of this process. `clone`: with the fork of the
 * container's first process. `host`: by this process, which alone still holds its rights. `private`, `root`, `inside`: by
 * the container's process; what is vital of a stage is checked before the next one begins, since the calls after a failed
 * pivot_root(2) would otherwise meet the file system of the host.
 */
export type Step = Common &
  (
    | {
        readonly stage: 'outside' | 'private' | 'root' | 'inside';
        readonly tasks: (plan: Plan) => readonly Task[];
      }
    | { readonly stage: 'clone'; readonly namespace: Namespace }
    | {
        readonly stage: 'host';
        /** The stage that waits for it. */
        readonly before: 'private' | 'inside';
        readonly perform: (plan: Plan, pid: number) => Promise<void>;
      }
  );

interface Common {
  /** As it is named in `omit` and in what is missing. */
  readonly name: string;
  /** For people, in a line. */
  readonly does: string;
  /** Without it everything would be false, or harm done: it cannot be left out, and its failure is an error. */
  readonly vital?: boolean;
}

export type Stage = Step['stage'];

/** Text into a file that is there. */
export function writes(path: string, value: string, role: (call: Call) => Operation = must): readonly Operation[] {
  return [
    role(call('openat', AT_FDCWD, path, O.WRONLY | O.CLOEXEC)),
    role(call('write', resultOf(0), Buffer.from(value), Buffer.byteLength(value))),
    may(call('close', resultOf(0))),
  ];
}

/** The operation `by` places further on in its task. */
export function shifted(operation: Operation, by: number): Operation {
  return { ...operation, call: placed(operation.call, by) };
}
