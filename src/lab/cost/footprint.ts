/** The processes that this machine runs for a sandbox, and the memory that they hold. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Sandbox } from '../../runtimes/index.ts';

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Process ids before a sandbox is started. */
export function processesNow(): ReadonlySet<number> {
  return new Set(allProcesses().keys());
}

/**
 * Of those that came since: what descends from us, and from the first of the stub's ancestors that came (an engine starts it through
 * processes that are not ours). Not the shell that would clean up after us.
 */
export function processesOf({ pid }: Pick<Sandbox, 'pid'>, before: ReadonlySet<number>): readonly number[] {
  const all = allProcesses();
  const roots = new Set([process.pid]);
  for (let at = pid; at !== undefined && !before.has(at); at = all.get(at)?.parent) if (all.has(at)) roots.add(at);
  const within = ({ pid: one, parent }: Process): boolean => {
    if (roots.has(one)) return true;
    const above = all.get(parent);
    return above !== undefined && within(above);
  };
  const found = [...all.values()].filter((one) => !before.has(one.pid) && one.pid !== process.pid && within(one));
  const parents = new Set(found.map(({ parent }) => parent));
  return found
    .filter(({ pid: one, parent, command }) => !(command === 'sh' && parent === process.pid && !parents.has(one)))
    .map(({ pid: one }) => one);
}

/**
 * KiB of memory: each page divided by the number of processes that share it (Pss, proc_pid_smaps_rollup(5)). What the kernel itself keeps
 * for them (page tables, descriptors) is not in it. Undefined where it is not told.
 */
export function memoryOf(processes: readonly number[]): number | undefined {
  let sum = 0;
  for (const pid of processes) {
    const text = read(`/proc/${pid}/smaps_rollup`);
    // A process that has ended holds nothing; one that does not let itself be looked at, who knows.
    if (text === undefined && read(`/proc/${pid}/stat`) !== undefined) return undefined;
    sum += Number(/^Pss:\s+(\d+)/m.exec(text ?? '')?.[1] ?? 0);
  }
  return sum;
}

function allProcesses(): ReadonlyMap<number, Process> {
  const found = new Map<number, Process>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? read(`/proc/${name}/stat`) : undefined;
    // The command may hold spaces and brackets.
    const parts = /^(\d+) \((.*)\) \S (\d+)/s.exec(stat ?? '');
    if (parts === null) continue;
    const [, pid, command = '', parent] = parts;
    found.set(Number(pid), { pid: Number(pid), parent: Number(parent), command });
  }
  return found;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
