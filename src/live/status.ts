import { parseCapabilityMask } from '../kernel/index.ts';

/** /proc/PID/status (fs/proc/array.c, proc_pid_status()); a line that this kernel does not write is left out. */
export interface Status {
  readonly name: string;
  /** `R`, `S`, `Z`… */
  readonly state: string;
  readonly parent?: number;
  /** Real, effective, saved and file system id, in the reader's user namespace. */
  readonly uids: readonly number[];
  readonly gids: readonly number[];
  readonly groups: readonly number[];
  readonly capabilities: Readonly<Partial<Record<CapabilityLine, bigint>>>;
  readonly noNewPrivileges?: boolean;
  /** 0 none, 1 strict, 2 filter. */
  readonly seccomp?: number;
  /** How many filters are stacked (5.9). */
  readonly filters?: number;
  /** Since 6.10; before, a process without memory is one. */
  readonly kernelThread?: boolean;
  readonly hasMemory: boolean;
  readonly tracer?: number;
}

type CapabilityLine = 'CapInh' | 'CapPrm' | 'CapEff' | 'CapBnd' | 'CapAmb';

const CAPABILITY_LINES: readonly CapabilityLine[] = ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'];

export function parseStatus(text: string): Status {
  const lines = new Map<string, string>();
  for (const line of text.split('\n')) {
    const at = line.indexOf(':');
    if (at > 0) lines.set(line.slice(0, at), line.slice(at + 1).trim());
  }
  return {
    name: lines.get('Name') ?? '',
    state: (lines.get('State') ?? '').slice(0, 1),
    uids: numbers(lines.get('Uid')),
    gids: numbers(lines.get('Gid')),
    groups: numbers(lines.get('Groups')),
    capabilities: capabilitiesOf(lines),
    hasMemory: lines.has('VmSize'),
    ...optional('parent', number(lines.get('PPid'))),
    ...optional('tracer', number(lines.get('TracerPid'))),
    ...optional('seccomp', number(lines.get('Seccomp'))),
    ...optional('filters', number(lines.get('Seccomp_filters'))),
    ...optional('noNewPrivileges', flag(lines.get('NoNewPrivs'))),
    ...optional('kernelThread', flag(lines.get('Kthread'))),
  };
}

function capabilitiesOf(lines: ReadonlyMap<string, string>): Status['capabilities'] {
  const sets: Partial<Record<CapabilityLine, bigint>> = {};
  for (const name of CAPABILITY_LINES) {
    const mask = parseCapabilityMask(lines.get(name) ?? '');
    if (mask !== undefined) sets[name] = mask;
  }
  return sets;
}

function optional<K extends string, T>(key: K, value: T | undefined): { readonly [P in K]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: T });
}

function numbers(text: string | undefined): readonly number[] {
  return (text ?? '')
    .split(/\s+/)
    .filter((word) => /^\d+$/.test(word))
    .map(Number);
}

function number(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

function flag(text: string | undefined): boolean | undefined {
  return text === '0' || text === '1' ? text === '1' : undefined;
}

/** Field 22 of /proc/PID/stat, and the controlling terminal (field 7). The name in field 2 may hold anything, also spaces and brackets. */
export function parseStat(text: string): { readonly terminal: number; readonly started: string } | undefined {
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .trim()
    .split(' ');
  const [terminal, started] = [fields[4], fields[19]];
  return terminal === undefined || started === undefined ? undefined : { terminal: Number(terminal), started };
}
