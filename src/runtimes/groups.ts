import { execFile } from 'node:child_process';
import type { Caretaker } from './caretaker.ts';

/**
 * Control groups that a runtime makes outside of our folder go with the sandbox, in every hierarchy (cgroups(7)): what still runs in one
 * that bears our name is ended first. Others by these names are only taken away where they are empty.
 */
export function removesGroups(caretaker: Caretaker, names: readonly string[]): void {
  if (names.length === 0) return;
  const command = ['/bin/sh', '-c', REMOVE_GROUPS, 'sh', ...names];
  caretaker.add(
    () => new Promise<void>((resolve) => void execFile('/bin/sh', command.slice(1), () => resolve())),
    command,
  );
}

/** Names follow as its arguments. A group is busy until its last process is gone: a few tries. On one line, as the caretaker reads lines. */
const REMOVE_GROUPS = [
  'for name; do for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do left=;',
  'for group in /sys/fs/cgroup/"$name" /sys/fs/cgroup/*/"$name"; do [ -d "$group" ] || continue;',
  'case "$name" in *cofferdam-*) left=1; find "$group" -name cgroup.procs -exec cat {} + 2>/dev/null |',
  'while read -r pid; do kill -KILL "$pid" 2>/dev/null; done;; esac;',
  'find "$group" -depth -type d -exec rmdir {} \\; 2>/dev/null; done;',
  '[ -n "$left" ] || break; sleep 0.05; done; done; true',
].join(' ');
