/**
 * The posture of what runs: a process (`pid:N`), a container of an engine (`docker:NAME`, `podman:NAME`), and the host itself. Read
 * from /proc, /sys, control groups, the engine's socket and, through a stub on the host, with ptrace. Every fact is `observed`, with
 * the file or call it comes from; what may not be read is unknown, with what would permit it. Nothing is changed: a process whose
 * filters are read is stopped for the moment of their copying.
 */

export { readContainer } from './containers.ts';
export { type FileStat, type Files, MACHINE, Unread } from './files.ts';
export { observeHost, readHost } from './host/index.ts';
export { insideOf, parseIdMap } from './id-maps.ts';
export { readProcess } from './process.ts';
export type { Tracer } from './seccomp.ts';
