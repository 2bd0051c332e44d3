/**
 * What Linux is, as data and pure functions: system calls by interface, capabilities, error numbers, the constants that
 * argument rules need, and what a seccomp policy lets through. No room is imported here, and nothing is read or run.
 */
export * from './arch.ts';
export * from './capabilities.ts';
export * from './constants.ts';
export * from './errno.ts';
export { judgeSyscall } from './seccomp.ts';
export type { SeccompPolicy } from './seccomp-policy.ts';
export type { ArgWishes } from './syscall-entries.ts';
export { isSyscallName, syscallNumber, syscallTable } from './syscalls.ts';
export * from './version.ts';
