import type { CallResult, Session } from '../agent/index.ts';
import { call, out } from '../kernel/index.ts';
import { type FactTypes, type Statement, Unknown, type Value } from '../posture/index.ts';
import type { Status } from './status.ts';

/** A stub on the host, through which the calls of a tracer are made; opened when a process has filters. */
export type Tracer = () => Promise<Session>;

/** Seccomp modes as /proc/PID/status has them. */
const MODE = { NONE: 0, STRICT: 1, FILTER: 2 } as const;

/** __secure_computing_strict(), kernel/seccomp.c: mode1_syscalls. */
const STRICT: FactTypes['seccomp'] = {
  kind: 'policy',
  policy: {
    defaultAction: 'SCMP_ACT_KILL_THREAD',
    syscalls: [{ names: ['read', 'write', 'exit', 'rt_sigreturn'], action: 'SCMP_ACT_ALLOW' }],
  },
};

/** What the process may call: nothing in the way, the first mode's four calls, or the filters that are installed. */
export async function seccompStatement(pid: number, status: Status, tracer: Tracer | undefined): Promise<Statement> {
  const observed = (from: string, seccomp: Value<FactTypes['seccomp']>): Statement => ({
    phase: 'run',
    source: { kind: 'observed', from },
    facts: { seccomp },
  });
  const from = `/proc/${pid}/status: Seccomp`;
  switch (status.seccomp) {
    case undefined:
      return observed(from, new Unknown('this kernel does not tell the seccomp mode (since 3.8, with CONFIG_SECCOMP)'));
    case MODE.NONE:
      return observed(from, { kind: 'unconfined' });
    case MODE.STRICT:
      return observed(from, STRICT);
    default: {
      const programs = await installedFilters(pid, status, tracer);
      return observed(
        `ptrace(PTRACE_SECCOMP_GET_FILTER, ${pid})`,
        programs instanceof Unknown ? programs : { kind: 'filter', programs },
      );
    }
  }
}

/** include/uapi/linux/ptrace.h */
const PTRACE = { SEIZE: 0x4206, INTERRUPT: 0x4207, DETACH: 17, SECCOMP_GET_FILTER: 0x420c } as const;

/** include/uapi/linux/wait.h: also children of clone, and do not wait. */
const WAIT = 0x40000000 | 1;

/** More filters than any program stacks; the kernel's own bound is on instructions (MAX_INSNS_PER_PATH, 32768). */
const MOST_FILTERS = 64;

/** A stop takes some microseconds, unless the process cannot be interrupted. */
const PATIENCE_MS = 100;

/** struct sock_filter, include/uapi/linux/filter.h. */
const INSTRUCTION_BYTES = 8;

/**
 * The filters, oldest first. The process is stopped for as long as their copying takes and goes on after it; a call in which it
 * waited may return EINTR, as after any stop (signal(7)). The tracer is a throw-away child of the stub: whatever ends it, also a
 * kill of this program, the kernel lets the process go on (exit_ptrace(), kernel/ptrace.c; PTRACE_O_EXITKILL is not asked for).
 */
async function installedFilters(
  pid: number,
  status: Status,
  tracer: Tracer | undefined,
): Promise<Value<readonly string[]>> {
  if (tracer === undefined)
    return new Unknown('filters are installed; a process is not stopped to read them unless asked for');
  if (status.tracer !== undefined && status.tracer !== 0)
    return new Unknown(`filters are installed; process ${status.tracer} traces it, and there can be one tracer only`);
  if (status.state === 'D')
    return new Unknown('filters are installed; the process waits for a device and cannot be stopped');
  const session = await tracer();
  const end = await session.child((child) => traced(child, pid, status.filters ?? MOST_FILTERS));
  return end.kind === 'returned' ? end.value : new Unknown('filters are installed; the tracer was refused or ended');
}

async function traced(child: Session, pid: number, expected: number): Promise<Value<readonly string[]>> {
  const [seized, , waited] = await child.batch([
    call('ptrace', PTRACE.SEIZE, pid, 0, 0),
    call('ptrace', PTRACE.INTERRUPT, pid, 0, 0),
    call('wait4', pid, 0, WAIT, 0),
  ]);
  if (seized?.errno !== undefined) return refused(seized);
  if (waited?.value !== pid && !(await stopped(child, pid)))
    return new Unknown('filters are installed; the process did not stop to be looked at');
  try {
    return await copied(child, pid, Math.min(expected, MOST_FILTERS));
  } finally {
    await child.call(call('ptrace', PTRACE.DETACH, pid, 0, 0));
  }
}

async function stopped(child: Session, pid: number): Promise<boolean> {
  const until = performance.now() + PATIENCE_MS;
  while (performance.now() < until) {
    const waited = await child.call(call('wait4', pid, 0, WAIT, 0));
    if (waited.value === pid) return true;
    if (waited.errno !== undefined) return false;
  }
  return false;
}

/** Their lengths first: without room for an answer the call gives the number of instructions. */
async function copied(child: Session, pid: number, expected: number): Promise<Value<readonly string[]>> {
  const asked = Array.from({ length: expected }, (_, index) =>
    call('ptrace', PTRACE.SECCOMP_GET_FILTER, pid, index, 0),
  );
  const lengths = await child.batch(asked);
  const programs: string[] = [];
  for (const [index, length] of lengths.entries()) {
    // Before 5.9 how many there are is not told: the first that is missing ends the list.
    if (length.errno === 'ENOENT' && index > 0) break;
    if (length.errno !== undefined) return refused(length);
    const room = out(length.value * INSTRUCTION_BYTES);
    const copy = await child.call(call('ptrace', PTRACE.SECCOMP_GET_FILTER, pid, index, room));
    if (copy.errno !== undefined) return refused(copy);
    programs.push(copy.bytes(3).toString('base64'));
  }
  return programs;
}

/** seccomp_get_filter(), kernel/seccomp.c (4.4), and ptrace_attach(), kernel/ptrace.c. */
const REASONS: Readonly<Record<string, string>> = {
  EPERM: 'the process may not be traced: run as root of the host (CAP_SYS_PTRACE)',
  EACCES:
    'reading them needs CAP_SYS_ADMIN of the host and a reader without a filter of its own: run as root of the host',
  EIO: 'this kernel does not give them out (CONFIG_CHECKPOINT_RESTORE)',
  EINVAL: 'this kernel does not give them out (CONFIG_CHECKPOINT_RESTORE)',
  EMEDIUMTYPE: 'one of them is not kept in a form that can be read',
  ESRCH: 'the process has ended',
};

function refused(result: CallResult): Unknown {
  const errno = result.errno ?? '';
  return new Unknown(`filters are installed; ${REASONS[errno] ?? `ptrace answered ${errno}`}`);
}
