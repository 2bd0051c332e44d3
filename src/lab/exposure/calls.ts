import type { Exposure } from '../study.ts';

type Calls = Exposure['calls'];

/** Lines of strace, as distinct calls with the kinds of their objects. Of the second half of a call that was interrupted there is no line. */
export function callsIn(lines: readonly string[], isMeant: (pid: number | undefined) => boolean): Calls {
  const found = new Map<string, { count: number; objects: Set<string> }>();
  for (const line of lines) {
    const parts = /^(?:(\d+) +)?([a-z_][a-z0-9_]*)\((.*)$/.exec(line);
    if (parts === null) continue;
    const [, pid, name = '', rest = ''] = parts;
    if (!isMeant(pid === undefined ? undefined : Number(pid))) continue;
    const one = found.get(name) ?? { count: 0, objects: new Set<string>() };
    one.count++;
    const object = objectIn(rest);
    if (object !== undefined) one.objects.add(object);
    found.set(name, one);
  }
  return [...found]
    .map(([name, { count, objects }]) => ({ name, count, objects: [...objects].sort() }))
    .sort((a, b) => b.count - a.count || a.name.localeCompare(b.name));
}

/**
 * Without what a copy of a process does until it has become another program (most of that is Node's way to start one), and without the
 * shell that would clean up after us.
 */
export function ofPrograms(lines: readonly string[]): readonly string[] {
  const executes = lines.map((line) => /^(\d+) +execve(?:at)?\([^"]*"([^"]*)".* = 0$/.exec(line));
  const begins = new Map<string, { readonly at: number; readonly program: string }>();
  for (const [at, match] of executes.entries()) {
    const [, pid = '', program = ''] = match ?? [];
    if (match !== null && !begins.has(pid)) begins.set(pid, { at, program });
  }
  return lines.filter((line, at) => {
    const begin = begins.get(/^\d+/.exec(line)?.[0] ?? '');
    return begin === undefined || (at >= begin.at && begin.program !== '/bin/sh');
  });
}

/** Kinds of objects, by what strace -yy shows of a descriptor, or by a path. The first that fits counts. */
const OBJECTS: readonly (readonly [pattern: RegExp, kind: (match: RegExpExecArray) => string])[] = [
  [/^\/dev\/(?:pts\/\d+|ptmx)$/, () => 'terminal'],
  [/^(\/dev\/[^/<>]+)/, ([, device]) => device ?? 'device'],
  [/^\/proc(\/|$)/, () => 'file of /proc'],
  [/^\/sys\/fs\/cgroup(\/|$)/, () => 'control group'],
  [/^\/sys(\/|$)/, () => 'file of /sys'],
  [/^pipe:/, () => 'pipe'],
  [/^(UNIX|TCP|UDP|NETLINK|PACKET|RAW)/i, ([, family]) => `socket ${family?.toLowerCase()}`],
  [/^socket:/, () => 'socket'],
  [/^anon_inode:\[?([a-z0-9_-]+)/, ([, kind]) => kind ?? 'anonymous'],
  [/^\/memfd:/, () => 'memfd'],
  [/^(?:pid|mnt|net|ipc|uts|user|cgroup|time):/, () => 'namespace'],
  [/^\//, () => 'file'],
];

/** A path that is given counts before the descriptor that it starts from. */
function objectIn(rest: string): string | undefined {
  const path = /"(\/[^"]*)"/.exec(rest)?.[1];
  const shown = path ?? /^(?:\d+|AT_FDCWD)<(.*?)>(?:[,)<]|$)/.exec(rest)?.[1];
  if (shown === undefined) return undefined;
  for (const [pattern, kind] of OBJECTS) {
    const match = pattern.exec(shown);
    if (match !== null) return kind(match);
  }
  return 'other';
}
