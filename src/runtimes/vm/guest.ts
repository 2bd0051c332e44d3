import { setTimeout as after } from 'node:timers/promises';
import { type CallResult, type Session, SyncSession } from '../../agent/index.ts';
import { type Call, call, out, pointer, resultOf, struct, u64 } from '../../kernel/index.ts';
import type { Files } from '../../live/index.ts';
import { CofferdamError } from '../../posture/index.ts';
import { AT_FDCWD, O, SIGKILL } from '../embedded/linux.ts';
import type { Machine, OuterStub } from '../machine.ts';
import { portPath } from './boot.ts';
import { guestFiles } from './guest-files.ts';
import { INIT } from './guest-image.ts';
import { Port } from './port.ts';
import { PORT, type Qemu } from './qemu.ts';

/** A running guest as a machine on which the embedded runtime works. */
export class Guest implements Machine {
  readonly arch = 'x86_64';
  readonly maker = 1;
  readonly files: Files;
  readonly #qemu: Qemu;
  readonly #init: Session;
  readonly #sync: SyncSession;
  readonly #free: Port[];
  /** Init's session takes one batch at a time. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(qemu: Qemu, init: Session, sync: SyncSession) {
    this.#qemu = qemu;
    this.#init = init;
    this.#sync = sync;
    this.files = guestFiles(sync);
    this.#free = Array.from({ length: PORT.LAST - PORT.FIRST + 1 }, (_, i) => PORT.FIRST + i).map(
      (number) => new Port(number, qemu.port(number)),
    );
  }

  /** `init`: the session with the guest's first process. */
  static async of(qemu: Qemu, init: Session, timeoutMs: number): Promise<Guest> {
    const guest = new Guest(qemu, init, new SyncSession(qemu.sync, timeoutMs));
    await guest.#bear(PORT.SYNC, []);
    return guest;
  }

  /** Calls of its first process. */
  ask(calls: readonly Call[]): Promise<readonly CallResult[]> {
    const answer = this.#last.then(() => this.#init.batch(calls));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  write(path: string, text: string): void {
    const bytes = Buffer.from(text);
    const [opened, written] = this.#sync.batch([
      call('openat', AT_FDCWD, path, O.WRONLY | O.CLOEXEC),
      call('write', resultOf(0), bytes, bytes.length),
      call('close', resultOf(0)),
    ]);
    const wrong = opened?.ok === true ? written : opened;
    if (wrong?.errno !== undefined) {
      throw Object.assign(new Error(`${wrong.errno}: ${path} cannot be written to`), { code: wrong.errno });
    }
  }

  async writeMeanwhile(path: string, text: string): Promise<void> {
    this.write(path, text);
  }

  mayWrite(path: string): boolean {
    return this.#sync.batch([call('faccessat', AT_FDCWD, path, W_OK)])[0]?.ok === true;
  }

  removeFolder(path: string): boolean {
    const [removed] = this.#sync.batch([call('unlinkat', AT_FDCWD, path, AT_REMOVEDIR)]);
    return removed?.ok === true || removed?.errno === 'ENOENT';
  }

  kill(pid: number): void {
    try {
      this.#sync.batch([call('kill', pid, SIGKILL)]);
    } catch (error) {
      // With the machine all that ran on it is gone.
      if (!(error instanceof CofferdamError)) throw error;
    }
  }

  async startStub(env: readonly string[]): Promise<OuterStub> {
    const port = this.#free.shift();
    if (port === undefined) throw new CofferdamError('sandbox', 'qemu: the guest has no port left', 'start another');
    let born: Promise<number> | undefined;
    let ended: Promise<void> | undefined;
    // Once it is waited for, the number may be another's.
    const abandon = (): void =>
      void born?.then(
        (pid) => ended ?? this.kill(pid),
        () => undefined,
      );
    // Listened to before it speaks.
    const channel = port.channel(this.#qemu.messages, abandon);
    born = this.#bear(port.number, env);
    const pid = await born;
    const end = (): Promise<void> => {
      ended ??= this.#end(pid, port);
      return ended;
    };
    return { channel, end };
  }

  async #bear(port: number, env: readonly string[]): Promise<number> {
    const [opened, clone] = await this.ask(birth(portPath(port), env));
    if (opened?.ok === true && clone?.ok === true) return clone.value;
    throw new CofferdamError('sandbox', `qemu: ${opened?.ok ? clone : opened}`, 'start another machine');
  }

  /** Whoever was told to end reads that first, and its port is free of everything; who must be killed may leave it unread, and the port is not used again. */
  async #end(pid: number, port: Port): Promise<void> {
    port.close();
    try {
      for (let tries = 0; tries < PATIENCE; tries++) {
        const [waited] = await this.ask([call('wait4', pid, out(4), WAIT.ALL | WAIT.NOHANG, 0), ...REAPING]);
        if (waited?.value === pid && waited.bytes(1).readInt32LE(0) === 0) this.#free.push(port);
        if (waited?.value !== 0) return;
        await after(1 + tries);
      }
      this.kill(pid);
      await this.ask([call('wait4', pid, 0, WAIT.ALL, 0), ...REAPING]);
    } catch (error) {
      if (!(error instanceof CofferdamError)) throw error;
    }
  }
}

const W_OK = 2;
const AT_REMOVEDIR = 0x200;
/** include/uapi/linux/wait.h */
const WAIT = { NOHANG: 1, ALL: 0x40000000 } as const;
const PATIENCE = 20;
/** Orphans are init's to wait for. */
const REAPING = Array.from({ length: 4 }, () => call('wait4', -1, 0, WAIT.ALL | WAIT.NOHANG, 0));
const O_RDWR = 2;
const SIGCHLD = 17;

/**
 * Both copies make the calls that follow the clone. `rt_sigprocmask` takes no mask where clone gave 0; a process id is no address, so its
 * result tells the copies apart: 0 in the child, an error in init, in which all that builds on it fails.
 */
function birth(port: string, env: readonly string[]): readonly Call[] {
  const words = (list: readonly string[]): ReturnType<typeof struct> => struct([...list.map(pointer), u64(0)]);
  const guard = resultOf(2);
  return [
    call('openat', AT_FDCWD, port, O_RDWR | O.CLOEXEC),
    call('clone', SIGCHLD, 0, 0, 0, 0),
    call('rt_sigprocmask', 0, resultOf(1), 0, 8),
    ...[0, 1, 2].map((stream) => call('dup3', resultOf(0), stream, guard)),
    call('close', resultOf(0)),
    call('execveat', AT_FDCWD, INIT, words([INIT]), words(env), guard),
    call('close_range', 0, 0xffffffff, guard),
  ];
}
