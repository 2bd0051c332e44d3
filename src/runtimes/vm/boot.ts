import { posix } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { type Channel, greetedThroughTerminal, Session, terminalFrame } from '../../agent/index.ts';
import { type Call, call, pointer, resultOf, struct, u64 } from '../../kernel/index.ts';
import { CofferdamError } from '../../posture/index.ts';
import { AT_FDCWD, MS, O } from '../embedded/linux.ts';
import { INIT, keptFiles, MODULES, NEW_ROOT, POLICY } from './guest-image.ts';
import { type KernelImage, moduleFile } from './kernel-image.ts';
import { PORT, type Qemu } from './qemu.ts';

const O_RDWR = 2;
const WORLD = 0o1777;

/** From the kernel's start to init's session on a port of its own, and to a root with the usual file systems in it. */
export async function boot(qemu: Qemu, kernel: KernelImage, timeoutMs: number, channel: Channel): Promise<Session> {
  const console = await consoleSession(qemu, timeoutMs);
  await console.call(call('mount', 'devtmpfs', '/dev', 'devtmpfs', 0, 0));
  await loadModules(console, kernel);
  await untilThere(console, portPath(PORT.INIT), timeoutMs);
  // It is executed anew with the port for its streams: the answer is a greeting, over there, where bytes go many times faster.
  console.batch(becomesInit()).catch(() => undefined);
  const init = await Session.open(channel, { timeoutMs });
  await makeRoot(init, kernel);
  return init;
}

export const portPath = (number: number): string => `/dev/vport0p${number}`;

/**
 * The console is a terminal that changes what goes through it (N_TTY). The stub that greets there is told, in the form that such a
 * terminal lets through, to take that off and to execute itself anew; then the same line carries bytes as they are.
 */
async function consoleSession({ console, messages, kill }: Qemu, timeoutMs: number): Promise<Session> {
  const channel: Channel = { toStub: console, fromStub: console, messages, abandon: kill };
  const greeted = new Promise<Buffer>((resolve) => {
    let seen = Buffer.alloc(0);
    const look = (chunk: Buffer): void => {
      seen = Buffer.concat([seen, chunk]);
      const greeting = greetedThroughTerminal(seen);
      if (greeting === undefined) return;
      console.off('data', look);
      resolve(greeting);
    };
    console.on('data', look);
  });
  const session = Session.open(channel, { timeoutMs });
  const frame = terminalFrame(await Promise.race([greeted, session.then(() => Buffer.alloc(0))]), [
    call('ioctl', 0, TCSETS, rawTerminal()),
    call('execve', INIT, struct([pointer(INIT), u64(0)]), struct([u64(0)])),
  ]);
  console.write(frame);
  return session;
}

/** include/uapi/asm-generic/{ioctls,termbits}.h: struct termios with nothing on but the line's own settings. */
const TCSETS = 0x5402;
const [VTIME, VMIN] = [5, 6];
const B115200_CS8_CREAD_CLOCAL = 0x1002 | 0x30 | 0x80 | 0x800;

function rawTerminal(): Buffer {
  const termios = Buffer.alloc(36);
  termios.writeUInt32LE(B115200_CS8_CREAD_CLOCAL, 8);
  termios[17 + VMIN] = 1;
  termios[17 + VTIME] = 0;
  return termios;
}

/** include/uapi/linux/module.h, for those that are packed (5.17). */
const MODULE_INIT_COMPRESSED_FILE = 4;

async function loadModules(session: Session, { modules }: KernelImage): Promise<void> {
  for (const { name } of modules.map(moduleFile)) {
    const flags = name.endsWith('.ko') ? 0 : MODULE_INIT_COMPRESSED_FILE;
    const [, loaded] = await session.batch([
      call('openat', AT_FDCWD, `${MODULES}/${name}`, O.RDONLY | O.CLOEXEC),
      call('finit_module', resultOf(0), '', flags),
      call('close', resultOf(0)),
    ]);
    if (loaded?.ok !== true) throw failed(`load ${name}: ${loaded}`);
  }
}

function failed(what: string): CofferdamError {
  return new CofferdamError('sandbox', `qemu: the guest could not ${what}`, 'try another kernel');
}

/** File systems of a machine: what, where, type. */
const MOUNTS = [
  ['devtmpfs', '/dev', 'devtmpfs', 0, 'mode=755'],
  ['proc', '/proc', 'proc', MS.NOSUID | MS.NODEV | MS.NOEXEC, 0],
  ['sysfs', '/sys', 'sysfs', MS.NOSUID | MS.NODEV | MS.NOEXEC, 0],
  ['securityfs', '/sys/kernel/security', 'securityfs', MS.NOSUID | MS.NODEV | MS.NOEXEC, 0],
  ['tmpfs', '/run', 'tmpfs', MS.NOSUID | MS.NODEV, 'mode=755'],
  ['tmpfs', '/tmp', 'tmpfs', MS.NOSUID | MS.NODEV, 'mode=1777'],
] as const;

const FOLDERS = [
  'bin',
  'boot',
  'dev',
  'etc',
  'home',
  'lib',
  'lib/modules',
  'opt',
  'proc',
  'root',
  'run',
  'sys',
  'usr',
  'var',
  'var/lib',
];

/** From the first root pivot_root(2) leads nowhere (fs/namespace.c): what is to be a machine's root is one of its own, put over it. */
async function makeRoot(session: Session, kernel: KernelImage): Promise<void> {
  const at = (path: string): string => posix.join(NEW_ROOT, path);
  const mkdir = (path: string, mode = 0o755): Call => call('mkdirat', AT_FDCWD, path, mode);
  const results = await session.batch([
    call('umask', 0),
    call('mount', 'tmpfs', NEW_ROOT, 'tmpfs', 0, 'mode=755'),
    ...FOLDERS.map((path) => mkdir(at(path))),
    mkdir(at('tmp'), WORLD),
    mkdir(at(`lib/modules/${kernel.release}`)),
    ...MOUNTS.map(([what, path, type, flags, data]) => call('mount', what, at(path), type, flags, data)),
  ]);
  const wrong = results.find(({ ok }) => !ok);
  if (wrong !== undefined) throw failed(`make its root: ${wrong}`);
  // The policy is not in every guest.
  for (const path of [...keptFiles(kernel), POLICY]) await session.batch(copying(path, at(path)));
  const moved = await session.batch([
    call('umask', 0o022),
    call('chdir', NEW_ROOT),
    call('mount', '.', '/', 0, MS_MOVE, 0),
    call('chroot', '.'),
    call('chdir', '/'),
    // As systemd leaves it: mounts spread, which those who do not want that must say.
    call('mount', 'none', '/', 0, MS.SHARED | MS.REC, 0),
  ]);
  const left = moved.find(({ ok }) => !ok);
  if (left !== undefined) throw failed(`enter its root: ${left}`);
}

const MS_MOVE = 8192;
const MOST_BYTES = 2 ** 24;

function copying(from: string, to: string): readonly Call[] {
  const mode = from === INIT ? 0o755 : 0o644;
  return [
    call('openat', AT_FDCWD, from, O.RDONLY | O.CLOEXEC),
    call('openat', AT_FDCWD, to, O.WRONLY | O.CREAT | O.CLOEXEC, mode),
    call('sendfile', resultOf(1), resultOf(0), 0, MOST_BYTES),
    call('close', resultOf(0)),
    call('close', resultOf(1)),
  ];
}

async function untilThere(session: Session, path: string, timeoutMs: number): Promise<void> {
  const until = performance.now() + timeoutMs;
  while (!(await session.call(call('faccessat', AT_FDCWD, path, 0))).ok) {
    if (performance.now() > until) throw failed(`find ${path}`);
    await after(5);
  }
}

function becomesInit(): readonly Call[] {
  return [
    call('openat', AT_FDCWD, portPath(PORT.INIT), O_RDWR),
    ...[0, 1, 2].map((stream) => call('dup3', resultOf(0), stream, 0)),
    call('close', resultOf(0)),
    call('execve', INIT, struct([pointer(INIT), u64(0)]), struct([u64(0)])),
  ];
}
