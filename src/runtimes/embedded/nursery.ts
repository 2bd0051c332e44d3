/**
 * Outer stubs without a fork of this process, which copies the page tables of all of Node and makes every page that it writes afterwards
 * fault (milliseconds). One small process, the nursery, is spawned with a few spare channels; each outer stub is a child of it, over
 * one of these, executed anew with the environment of its container.
 */
import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { posix } from 'node:path';
import { type Channel, Session, stubPath } from '../../agent/index.ts';
import { type Call, call, pointer, resultOf, struct, u64 } from '../../kernel/index.ts';
import { CofferdamError } from '../../posture/index.ts';
import type { OuterStub } from '../machine.ts';
import { AT_FDCWD, O, PR, SIGKILL } from './linux.ts';

let open: { readonly nursery: Nursery; readonly identity: string } | undefined;

/** With this environment. */
export async function startOuterStub(env: readonly string[]): Promise<OuterStub> {
  // A nursery keeps the rights that this process had when it was spawned.
  const identity = `${process.geteuid?.()}:${process.getegid?.()}`;
  const bytes = env.reduce((sum, line) => sum + Buffer.byteLength(line) + BYTES_BESIDE, 0);
  if (bytes > MOST_BYTES) return spawnStub(env);
  if (open?.identity !== identity || !open.nursery.hasRoom) {
    open?.nursery.retire();
    open = { nursery: new Nursery(), identity };
  }
  const { nursery } = open;
  try {
    return await nursery.bear(env);
  } catch (error) {
    if (!(error instanceof CofferdamError)) throw error;
    // Somebody ended it, or there are no more processes for it.
    nursery.retire();
    if (open?.nursery === nursery) open = undefined;
    return spawnStub(env);
  }
}

/** Of an exchange (32 KiB); a line takes a pointer and up to 16 bytes of alignment. */
const MOST_BYTES = 30_000;
const BYTES_BESIDE = 24;

/** Signals of the terminal are not to tear a start apart: a session of its own. */
const APART = { detached: true, cwd: '/' } as const;

/** An environment that does not fit into an exchange. */
function spawnStub(env: readonly string[]): OuterStub {
  const pairs = env.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]);
  const stub = spawn(stubPath(), [], { ...APART, stdio: ['pipe', 'pipe', 'ignore'], env: Object.fromEntries(pairs) });
  const exited = new Promise<void>((resolve) => {
    stub.once('exit', () => resolve());
    stub.once('error', () => resolve());
  });
  const abandon = (): void => void stub.kill('SIGKILL');
  return {
    channel: { toStub: stub.stdin, fromStub: stub.stdout, messages: () => '', abandon },
    end: () => {
      abandon();
      return exited;
    },
  };
}

/** How many outer stubs a nursery can have. Each is a pair of sockets. */
const CHANNELS = 16;
const FIRST_CHANNEL = 3;
/** The folder of the stub's program. */
const FOLDER = FIRST_CHANNEL + CHANNELS;
const TIMEOUT_MS = 10_000;

class Nursery {
  readonly #sockets: Socket[];
  readonly #ready: Promise<Session>;
  /** Its session takes one batch at a time. */
  #last: Promise<unknown>;
  #begun = 0;
  #children = 0;
  #retired = false;

  constructor() {
    const pipes = Array.from({ length: CHANNELS }, () => 'pipe' as const);
    // Its standard error is the container's as well; nothing is ever written there.
    const stub = spawn(stubPath(), [], { ...APART, stdio: ['pipe', 'pipe', 'pipe', ...pipes], env: {} });
    const [toStub, fromStub] = stub.stdio as unknown as readonly [Socket, Socket];
    for (const socket of stub.stdio) (socket as Socket | null)?.unref();
    this.#sockets = stub.stdio.slice(FIRST_CHANNEL) as unknown as Socket[];
    // Nobody listens to them yet: an error of one that is never used is no error of ours.
    for (const socket of this.#sockets) socket.on('error', () => undefined);
    stub.once('error', () => fromStub.destroy());
    // It never keeps this process alive: it ends with it.
    stub.unref();
    const abandon = (): void => void stub.kill('SIGKILL');
    this.#ready = prepared({ toStub, fromStub, messages: () => '', abandon });
    this.#last = this.#ready.catch(() => undefined);
  }

  get hasRoom(): boolean {
    return this.#begun < CHANNELS && !this.#retired;
  }

  /** Ends when its last child has: they would end with it. */
  retire(): void {
    this.#retired = true;
    for (const socket of this.#sockets.slice(this.#begun)) socket.destroy();
    this.#endIfIdle();
  }

  async bear(env: readonly string[]): Promise<OuterStub> {
    const index = this.#begun++;
    const socket = this.#sockets[index] as Socket;
    this.#children++;
    try {
      const [clone] = await this.#ask(birth(FIRST_CHANNEL + index, env));
      if (clone === undefined || !clone.ok) throw new CofferdamError('sandbox', `embedded: ${clone}`, 'end processes');
      const pid = clone.value;
      let ended = false;
      const abandon = (): void => {
        // Once it is waited for, the number may be another's.
        if (!ended) kill(pid);
      };
      const end = (): Promise<void> => {
        abandon();
        ended = true;
        return this.#reap(socket, pid);
      };
      socket.ref();
      return { channel: { toStub: socket, fromStub: socket, messages: () => '', abandon }, end };
    } catch (error) {
      socket.destroy();
      this.#lost();
      throw error;
    }
  }

  async #reap(socket: Socket, pid: number): Promise<void> {
    await this.#ask([call('wait4', pid, 0, WALL, 0)]).catch(() => undefined);
    socket.destroy();
    this.#lost();
  }

  #lost(): void {
    this.#children--;
    this.#endIfIdle();
  }

  #endIfIdle(): void {
    if (this.#retired && this.#children === 0) this.#ready.then((session) => session.end()).catch(() => undefined);
  }

  #ask(calls: readonly Call[]): ReturnType<Session['batch']> {
    const answer = this.#last.then(async () => (await this.#ready).batch(calls));
    this.#last = answer.catch(() => undefined);
    return answer;
  }
}

const WALL = 0x40000000;
const F_SETFD = 2;
const FD_CLOEXEC = 1;
const SIGCHLD = 17;

async function prepared(channel: Channel): Promise<Session> {
  const session = await Session.open(channel, { timeoutMs: TIMEOUT_MS });
  await session.batch([
    call('prctl', PR.SET_PDEATHSIG, SIGKILL, 0, 0, 0),
    call('openat', AT_FDCWD, posix.dirname(stubPath()), O.RDONLY | O.CLOEXEC),
    call('dup3', resultOf(1), FOLDER, O.CLOEXEC),
    ...Array.from({ length: CHANNELS }, (_, i) => call('fcntl', FIRST_CHANNEL + i, F_SETFD, FD_CLOEXEC)),
  ]);
  return session;
}

/**
 * Both copies make the calls that follow the clone. `rt_sigprocmask` takes no mask where clone gave 0; a process id is no address (the
 * stub lies above all of them, PID_MAX_LIMIT), so its result tells the copies apart: 0 in the child, an error in the nursery,
 * in which all that builds on it fails. Where the program cannot be executed the child loses its channels, and ends.
 */
function birth(channel: number, env: readonly string[]): readonly Call[] {
  const program = posix.basename(stubPath());
  const words = (list: readonly string[]): ReturnType<typeof struct> => struct([...list.map(pointer), u64(0)]);
  return [
    call('clone', SIGCHLD, 0, 0, 0, 0),
    call('rt_sigprocmask', 0, resultOf(0), 0, 8),
    call('dup3', channel, 0, resultOf(1)),
    call('dup3', channel, 1, resultOf(1)),
    call('dup3', FOLDER, FOLDER + 1, resultOf(1)),
    call('fcntl', resultOf(4), F_SETFD, FD_CLOEXEC),
    call('close', channel),
    call('execveat', resultOf(4), program, words([stubPath()]), words(env), 0),
    call('close_range', 0, 0xffffffff, resultOf(1)),
  ];
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone.
  }
}
