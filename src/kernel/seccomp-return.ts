import { type BpfProgram, operationOf } from './bpf.ts';
import { type ActionOutcome, actionOutcome } from './seccomp-policy.ts';

/** include/uapi/linux/seccomp.h: the upper half of what a filter returns. */
const BITS: Readonly<Record<string, number>> = {
  SCMP_ACT_KILL_PROCESS: 0x80000000,
  SCMP_ACT_KILL_THREAD: 0x00000000,
  SCMP_ACT_TRAP: 0x00030000,
  SCMP_ACT_ERRNO: 0x00050000,
  SCMP_ACT_NOTIFY: 0x7fc00000,
  SCMP_ACT_TRACE: 0x7ff00000,
  SCMP_ACT_LOG: 0x7ffc0000,
  SCMP_ACT_ALLOW: 0x7fff0000,
};

export const RETURN_ALLOW = 0x7fff0000;

const NAMES = new Map(Object.entries(BITS).map(([name, bits]) => [bits, name]));

/** @throws RangeError for an action that no runtime knows. */
export function returnValue({ action, errno }: ActionOutcome): number {
  const bits = Object.hasOwn(BITS, action) ? BITS[action] : undefined;
  if (bits === undefined) throw new RangeError(`no seccomp action ${action}`);
  return (bits | ((errno ?? 0) & 0xffff)) >>> 0;
}

/** An action that the kernel does not know kills the process (__seccomp_filter, the `default` label). */
export function returnOutcome(value: number): ActionOutcome {
  const action = NAMES.get((value & 0xffff0000) >>> 0) ?? 'SCMP_ACT_KILL_PROCESS';
  return actionOutcome(action, value & 0xffff);
}

export function returnText(value: number): string {
  const { action, errno } = returnOutcome(value);
  return errno === undefined ? action : `${action} ${errno}`;
}

/** Of several filters the most restrictive action holds, and of equal ones the earlier asked (seccomp_run_filters: signed, `<`). */
export function stricter(asked: number, next: number): number {
  return (next & 0xffff0000) < (asked & 0xffff0000) ? next : asked;
}

/** The actions that a program names; `computed` where it answers what it has calculated. */
export function returnedActions(program: BpfProgram): string[] {
  return program.flatMap((instruction) => {
    const operation = operationOf(instruction);
    if (operation?.kind !== 'return') return [];
    return [operation.from === 'K' ? returnOutcome(instruction.k).action : 'computed'];
  });
}
