import { type Call, call, resultOf } from '../../kernel/index.ts';
import { CofferdamError, Unknown } from '../../posture/index.ts';
import { AT_FDCWD, MS, O } from '../embedded/linux.ts';
import type { Machine } from '../machine.ts';
import { compiledPolicy } from './apparmor.ts';
import { Guest } from './guest.ts';
import { POLICY } from './guest-image.ts';
import { findKernel } from './kernel-image.ts';
import { bootGuest } from './machine.ts';

export interface GuestOptions {
  /** Default: the one that is found. */
  readonly kernel?: string;
  /** Which control groups it has: of one version alone. */
  readonly cgroups: 'v2' | 'v1';
  /** On, with the profile that engines load; or off. */
  readonly appArmor: boolean;
  readonly timeoutMs?: number;
}

export interface GuestMachine extends Machine {
  /** Of its kernel, as `uname -r` says it there. */
  readonly release: string;
  /** Ends it; nothing stays. Idempotent. */
  close(): Promise<void>;
}

const DEFAULT_TIMEOUT_MS = 60_000;

/** A virtual machine, furnished as one that runs containers is. It serves one container after the other. */
export async function guestMachine(options: GuestOptions): Promise<GuestMachine> {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, appArmor } = options;
  const policy = appArmor ? await compiledPolicy() : undefined;
  const kernel = findKernel(options.kernel);
  const booted = await bootGuest(kernel, {
    timeoutMs,
    parameters: appArmor ? [] : ['apparmor=0'],
    ...(policy !== undefined && { policy }),
  });
  try {
    const guest = await Guest.of(booted.qemu, booted.init, timeoutMs);
    await (options.cgroups === 'v2' ? mountUnified(guest) : mountLegacy(guest));
    if (policy !== undefined) await done(guest, 'load the AppArmor profiles', loadPolicy(policy.length));
    await done(guest, 'bring the loopback interface up', loopback());
    return Object.assign(guest, { release: kernel.release, close: booted.close });
  } catch (error) {
    await booted.close();
    throw error;
  }
}

async function done(guest: Guest, what: string, calls: readonly Call[]): Promise<void> {
  const wrong = (await guest.ask(calls)).find(({ ok }) => !ok);
  if (wrong !== undefined)
    throw new CofferdamError('sandbox', `qemu: the guest could not ${what}: ${wrong}`, 'try another kernel');
}

const GROUPS = '/sys/fs/cgroup';
const HARDENED = MS.NOSUID | MS.NODEV | MS.NOEXEC;

/** With every controller handed down from the root, which systemd does where something below asks for it. */
async function mountUnified(guest: Guest): Promise<void> {
  await done(guest, 'mount its control groups', [call('mount', 'cgroup2', GROUPS, 'cgroup2', HARDENED, 0)]);
  const controllers = guest.files.text(`${GROUPS}/cgroup.controllers`);
  const names = controllers instanceof Unknown ? [] : controllers.trim().split(' ');
  for (const name of names) guest.write(`${GROUPS}/cgroup.subtree_control`, `+${name}`);
}

/** One hierarchy a controller, as distributions had them. Some kernels have one for version 2 alone (CONFIG_MEMCG_V1, CONFIG_CPUSETS_V1). */
async function mountLegacy(guest: Guest): Promise<void> {
  const table = guest.files.text('/proc/cgroups');
  const names = table instanceof Unknown ? [] : [...table.matchAll(/^(\w+)\t.*\t1$/gm)].map(([, name]) => name ?? '');
  await done(guest, 'mount its control groups', [call('mount', 'tmpfs', GROUPS, 'tmpfs', HARDENED, 'mode=755')]);
  await guest.ask(
    names.flatMap((name) => [
      call('mkdirat', AT_FDCWD, `${GROUPS}/${name}`, 0o755),
      call('mount', 'cgroup', `${GROUPS}/${name}`, 'cgroup', HARDENED, name),
      // Refused where something is mounted on it (EBUSY).
      call('unlinkat', AT_FDCWD, `${GROUPS}/${name}`, AT_REMOVEDIR),
    ]),
  );
}

const AT_REMOVEDIR = 0x200;

const [PROT_READ, MAP_PRIVATE] = [1, 2];

/** The policy is taken whole, in one write (policy_update, security/apparmor/apparmorfs.c): from memory that the file is mapped to. */
function loadPolicy(size: number): readonly Call[] {
  return [
    call('openat', AT_FDCWD, POLICY, O.RDONLY | O.CLOEXEC),
    call('mmap', 0, size, PROT_READ, MAP_PRIVATE, resultOf(0), 0),
    call('openat', AT_FDCWD, '/sys/kernel/security/apparmor/.load', O.WRONLY | O.CLOEXEC),
    call('write', resultOf(2), resultOf(1), size),
    call('close', resultOf(2)),
    call('munmap', resultOf(1), size),
    call('close', resultOf(0)),
    call('unlinkat', AT_FDCWD, POLICY, 0),
  ];
}

const [AF_INET, SOCK_DGRAM, SIOCSIFFLAGS, IFF_UP] = [2, 2, 0x8914, 1];

/** struct ifreq, in 40 bytes: the name in 16, then the flags. */
function loopback(): readonly Call[] {
  const request = Buffer.alloc(40);
  request.write('lo');
  request.writeUInt16LE(IFF_UP, 16);
  return [
    call('socket', AF_INET, SOCK_DGRAM, 0),
    call('ioctl', resultOf(0), SIOCSIFFLAGS, request),
    call('close', resultOf(0)),
  ];
}
