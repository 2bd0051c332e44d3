import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { type Channel, Session } from '../agent/index.ts';
import { CofferdamError } from '../posture/index.ts';
import type { Caretaker } from './caretaker.ts';
import type { Missing, Sandbox } from './types.ts';

export interface Launch {
  readonly runtime: string;
  readonly argv: readonly string[];
  readonly cwd?: string;
  readonly timeoutMs: number;
  readonly caretaker: Caretaker;
  readonly missing?: readonly Missing[];
  /** Process id of the stub on this machine, where it is not found among the command's descendants. */
  readonly pidOf?: () => Promise<number | undefined>;
  /** The stub's bytes, to know its process by. */
  readonly stub: Uint8Array;
}

/** Starts a command that ends up executing the stub with our pipes on its standard streams, and opens the session. */
export async function launch(request: Launch): Promise<Sandbox> {
  const { runtime, caretaker } = request;
  const child = start(request);
  const channel = channelTo(child);
  caretaker.add(
    () => ended(child),
    ...(child.pid === undefined ? [] : [['sleep', '0.2'], killing(child.pid)].reverse()),
  );
  try {
    const session = await Promise.race([Session.open(channel, { timeoutMs: request.timeoutMs }), failedToStart(child)]);
    const pid = (await request.pidOf?.()) ?? (child.pid === undefined ? undefined : stubBelow(child.pid, request.stub));
    const close = async (): Promise<void> => {
      session.end();
      await caretaker.release();
    };
    return { runtime, session, pid, missing: request.missing ?? [], close };
  } catch (error) {
    throw error instanceof CofferdamError
      ? new CofferdamError(error.code, `${runtime}: ${error.message}`, error.hint)
      : error;
  }
}

function start({ argv: [command = '', ...args], cwd }: Launch): ChildProcess {
  // A group of its own: what hangs is ended as a whole, and signals of the terminal do not tear probes apart.
  return spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true, ...(cwd !== undefined && { cwd }) });
}

/** The pipes of a child process, and the end of its whole group. */
function channelTo(child: ChildProcess): Channel {
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null) throw new Error('a child without pipes');
  let messages = '';
  stderr?.on('data', (chunk: Buffer) => {
    messages = (messages + chunk.toString('utf8')).slice(-MOST_SAID);
  });
  return { toStub: stdin, fromStub: stdout, messages: () => messages, abandon: () => kill(child) };
}

const MOST_SAID = 4096;

function kill(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}

const killing = (pid: number): string[] => ['kill', '-KILL', '--', `-${pid}`];

/** Lets the command end by itself, as the stub has; then makes it. */
async function ended(child: ChildProcess): Promise<void> {
  child.stdin?.end();
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => kill(child), GRACE_MS);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

const GRACE_MS = 3000;

/** A command that is not there fails before it has a process. Never resolves. */
function failedToStart(child: ChildProcess): Promise<never> {
  return new Promise((_, reject) => {
    child.once('error', (error) =>
      reject(
        new CofferdamError('sandbox', `cannot be started: ${error.message}`, 'check that the command is installed'),
      ),
    );
  });
}

/** The process below `pid` that executes the stub. Undefined where this machine does not show it (a user-space kernel). */
function stubBelow(pid: number, stub: Uint8Array): number | undefined {
  const queue = [pid];
  for (let at = 0; at < queue.length && at < MOST_DESCENDANTS; at++) {
    const candidate = queue[at] as number;
    if (executes(candidate, stub)) return candidate;
    queue.push(...childrenOf(candidate));
  }
  return undefined;
}

const MOST_DESCENDANTS = 200;

function executes(pid: number, stub: Uint8Array): boolean {
  try {
    return readFileSync(`/proc/${pid}/exe`)
      .subarray(0, stub.length + 1)
      .equals(stub);
  } catch {
    return false;
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8')
        .split(' ')
        .filter((word) => word !== '')
        .map(Number),
    );
  } catch {
    return [];
  }
}
