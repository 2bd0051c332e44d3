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
    await done(guest, 'bring the loopback interface up', interfaceUp('lo'));
    // Not every kernel has it as a module or built in.
    for (const calls of uplink()) await guest.ask(calls);
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

const [AF_INET, SOCK_DGRAM, IFF_UP] = [2, 2, 1];
/** include/uapi/linux/sockios.h */
const SIOC = { ADDRT: 0x890b, SIFFLAGS: 0x8914, SIFADDR: 0x8916 } as const;
/** include/uapi/linux/route.h: up, by a gateway. */
const RTF_UP_GATEWAY = 3;

function asking([request, argument]: readonly [number, Buffer]): readonly Call[] {
  return [
    call('socket', AF_INET, SOCK_DGRAM, 0),
    call('ioctl', resultOf(0), request, argument),
    call('close', resultOf(0)),
  ];
}

/** struct ifreq, in 40 bytes: the name in 16, then the flags or an address. */
function interfaceUp(name: string): readonly Call[] {
  const request = Buffer.alloc(40);
  request.write(name);
  request.writeUInt16LE(IFF_UP, 16);
  return asking([SIOC.SIFFLAGS, request]);
}

/** An interface behind which nobody is, with a route to everywhere, as the hosts of containers have one. */
function uplink(): readonly (readonly Call[])[] {
  const address = Buffer.alloc(40);
  address.write('dummy0');
  inetAddress(address, 16, [10, 0, 2, 15]);
  // struct rtentry: destination, gateway and mask, each a struct sockaddr, then the flags.
  const route = Buffer.alloc(120);
  inetAddress(route, 8, [0, 0, 0, 0]);
  inetAddress(route, 24, [10, 0, 2, 2]);
  inetAddress(route, 40, [0, 0, 0, 0]);
  route.writeUInt16LE(RTF_UP_GATEWAY, 56);
  return [asking([SIOC.SIFADDR, address]), interfaceUp('dummy0'), asking([SIOC.ADDRT, route])];
}

/** struct sockaddr_in. */
function inetAddress(into: Buffer, at: number, address: readonly number[]): void {
  into.writeUInt16LE(AF_INET, at);
  into.set(address, at + 4);
}
