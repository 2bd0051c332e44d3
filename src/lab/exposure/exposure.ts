/**
 * The host system calls that the machinery of a sandbox makes for it: while it starts, and while a fixed work is done inside. Counted with
 * strace(1). A user-space kernel of the kind that traces its processes cannot be followed while it starts: nobody is traced by two.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { Session } from '../../agent/index.ts';
import { stubPath } from '../../agent/index.ts';
import { CofferdamError } from '../../posture/index.ts';
import type { Runtime, Sandbox } from '../../runtimes/index.ts';
import type { Profile } from '../../runtimes/profiles.data.ts';
import type { StartRequest } from '../../runtimes/types.ts';
import { processesNow, processesOf } from '../cost/footprint.ts';
import { OPERATIONS } from '../cost/operations.ts';
import type { RequestOf } from '../cost/starting.ts';
import type { Exposure } from '../study.ts';
import { callsIn, ofPrograms } from './calls.ts';
import { traced } from './strace.ts';

/** Nothing where there is no tracer, or it may not trace. */
export async function measureExposure(runtime: Runtime, profile: Profile, requestOf: RequestOf): Promise<Exposure[]> {
  const request = await requestOf(runtime, profile);
  const start = runtime.kind === 'user-space-kernel' ? undefined : await whileItStarts(runtime, request);
  const work = await whileItWorks(runtime, request);
  return [start, work].filter((found) => found !== undefined);
}

/** This program is followed, and what it starts is counted, without itself. */
async function whileItStarts(runtime: Runtime, request: StartRequest): Promise<Exposure | undefined> {
  const ours = processesOf({ pid: undefined }, new Set());
  let sandbox: Sandbox | undefined;
  try {
    const trace = await traced([process.pid, ...ours], { follow: true }, async () => {
      sandbox = await runtime.start(request);
    });
    const own = new Set(readdirSync('/proc/self/task').map(Number));
    return (
      trace && { during: 'start', calls: callsIn(ofPrograms(trace.lines), (pid) => pid !== undefined && !own.has(pid)) }
    );
  } catch (error) {
    if (error instanceof CofferdamError) return undefined;
    throw error;
  } finally {
    await sandbox?.close();
  }
}

async function whileItWorks(runtime: Runtime, request: StartRequest): Promise<Exposure | undefined> {
  const before = processesNow();
  const sandbox = await runtime.start(request);
  try {
    const threads = machineryOf(processesOf(sandbox, before), sandbox);
    if (threads.length === 0) return { during: 'work', calls: [] };
    const trace = await traced(threads, { follow: false }, () => work(sandbox.session));
    return trace && { during: 'work', calls: callsIn(trace.lines, () => true) };
  } finally {
    await sandbox.close();
  }
}

/** One of each operation; what the sandbox does not permit is left out. */
async function work(session: Session): Promise<void> {
  for (const { measure } of OPERATIONS) {
    try {
      await session.child((child) => measure(child), { seconds: SECONDS });
    } catch (error) {
      if (!(error instanceof CofferdamError)) throw error;
    }
  }
}

const SECONDS = 4;

/** Threads of what is not the work itself, and that nobody traces. */
function machineryOf(processes: readonly number[], { pid: stub }: Sandbox): readonly number[] {
  const program = readFileSync(stubPath());
  return processes
    .filter((pid) => pid !== stub && !executes(pid, program) && !isTraced(pid))
    .flatMap((pid) => threadsOf(pid));
}

function threadsOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [];
  }
}

function executes(pid: number, program: Buffer): boolean {
  try {
    return readFileSync(`/proc/${pid}/exe`).equals(program);
  } catch {
    return false;
  }
}

function isTraced(pid: number): boolean {
  try {
    return !/^TracerPid:\t0$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return true;
  }
}
