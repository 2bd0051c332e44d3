import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { constants, openSync, readSync, writeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import type { SyncChannel } from '../../agent/index.ts';
import { CofferdamError } from '../../posture/index.ts';
import type { Caretaker } from '../caretaker.ts';

export const PROGRAM = 'qemu-system-x86_64';

export interface QemuRequest {
  readonly kernel: string;
  readonly initrd: string;
  readonly caretaker: Caretaker;
  /** For what is needed until it runs. */
  readonly folder: string;
  /** Parameters of the kernel beside those that the channel needs. */
  readonly parameters: readonly string[];
}

/** The guest's ports, by the numbers that they have in it (/dev/vport0pN). */
export const PORT = { INIT: 1, SYNC: 2, FIRST: 3, LAST: 14 } as const;

/** A running machine with its channels. They are pairs of sockets that it was born with: nothing of it lies in a file system. */
export interface Qemu {
  readonly console: Socket;
  readonly port: (number: number) => Socket;
  /** The port that this program waits for. */
  readonly sync: SyncChannel;
  /** What it said beside. */
  readonly messages: () => string;
  readonly kill: () => void;
}

const FIRST_DESCRIPTOR = 3;
const MEMORY_MB = 256;

export function startQemu(request: QemuRequest): Qemu {
  const { caretaker, folder } = request;
  const sync = syncChannel(join(folder, 'port'));
  const numbers = [PORT.INIT, ...Array.from({ length: PORT.LAST - PORT.FIRST + 1 }, (_, i) => PORT.FIRST + i)];
  const child = spawn(PROGRAM, argumentsOf(request, numbers), {
    // A group of its own: signals of the terminal do not tear it apart from what it serves.
    detached: true,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe', ...[0, ...numbers].map(() => 'pipe' as const)],
  });
  let messages = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    messages = (messages + chunk.toString('utf8')).slice(-MOST_SAID);
  });
  child.on('error', (error) => {
    messages += error.message;
  });
  const sockets = child.stdio.slice(FIRST_DESCRIPTOR) as unknown as readonly Socket[];
  for (const socket of sockets) socket.on('error', () => undefined);
  if (child.pid !== undefined) caretaker.add(() => gone(child), ['kill', '-KILL', '--', `-${child.pid}`]);
  return {
    console: sockets[0] as Socket,
    port: (number) => sockets[1 + numbers.indexOf(number)] as Socket,
    sync,
    messages: () => messages,
    kill: () => void child.kill('SIGKILL'),
  };
}

const MOST_SAID = 4096;

function argumentsOf({ kernel, initrd, folder, parameters }: QemuRequest, numbers: readonly number[]): string[] {
  const append = ['console=ttyS0', 'quiet', 'loglevel=0', 'panic=-1', 'reboot=t', ...parameters].join(' ');
  return [
    ...['-M', 'q35', '-accel', 'tcg', '-cpu', 'max', '-smp', '1', '-m', String(MEMORY_MB)],
    ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-monitor', 'none'],
    ...['-kernel', kernel, '-initrd', initrd, '-append', append],
    ...['-chardev', `socket,id=console,fd=${FIRST_DESCRIPTOR}`, '-serial', 'chardev:console'],
    ...['-device', 'virtio-serial-pci,max_ports=31'],
    ...['-chardev', `pipe,id=sync,path=${join(folder, 'port')}`],
    ...['-device', `virtserialport,chardev=sync,nr=${PORT.SYNC}`],
    ...numbers.flatMap((number, i) => [
      ...['-chardev', `socket,id=port${number},fd=${FIRST_DESCRIPTOR + 1 + i}`],
      ...['-device', `virtserialport,chardev=port${number},nr=${number}`],
    ]),
  ];
}

/** Two named pipes: of a socket this program could not wait for the answer. QEMU opens PATH.in to read from and PATH.out to write to. */
function syncChannel(path: string): SyncChannel {
  try {
    execFileSync('mkfifo', [`${path}.in`, `${path}.out`]);
  } catch (error) {
    throw new CofferdamError('runtime', `qemu: mkfifo: ${(error as Error).message}`, 'apt-get install coreutils');
  }
  const { O_RDWR, O_RDONLY, O_NONBLOCK } = constants;
  // For writing alone it could not be opened before somebody reads.
  const [toStub, fromStub] = [
    openSync(`${path}.in`, O_RDWR | O_NONBLOCK),
    openSync(`${path}.out`, O_RDONLY | O_NONBLOCK),
  ];
  return {
    write: (bytes) => unlessBusy(() => writeSync(toStub, bytes)),
    read: (into) => unlessBusy(() => readSync(fromStub, into)),
  };
}

/** Undefined where it would have to wait. */
function unlessBusy(act: () => number): number | undefined {
  try {
    return act();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined;
    throw error;
  }
}

function gone(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGKILL');
  return exited;
}
