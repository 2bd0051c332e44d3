/**
 * What Linux is, as data and pure functions: system calls by interface, capabilities, error numbers, the constants that
 * argument rules need, and what a seccomp policy lets through. No room is imported here, and nothing is read or run.
 */
export * from './arch.ts';
export { type BpfProgram, bpfFromBase64, bpfToBase64 } from './bpf.ts';
export { runFilters } from './bpf-run.ts';
export { bpfProblem } from './bpf-validate.ts';
export * from './call.ts';
export * from './capabilities.ts';
export * from './constants.ts';
export * from './effects.ts';
export * from './errno.ts';
export { judgeSyscall, type SeccompDecision, type SyscallQuestion } from './seccomp.ts';
export { compileSeccomp } from './seccomp-bpf.ts';
export { judgeFilters, judgeUnnamed } from './seccomp-installed.ts';
export type { SeccompPolicy } from './seccomp-policy.ts';
export { returnedActions } from './seccomp-return.ts';
export type { ArgWishes } from './syscall-entries.ts';
export { callNumber, isSyscallName, syscallNumber, syscallTable, UNASSIGNED } from './syscalls.ts';
export * from './version.ts';
