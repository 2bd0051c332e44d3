import {
  type Call,
  type Capability,
  CLONE,
  call,
  type Effect,
  pointer,
  struct,
  u8,
  u16,
  u32,
  u64,
} from '../kernel/index.ts';
import type { Mechanism } from '../model/index.ts';
import { host, hostSysctl, kernelConfig } from '../model/words.ts';
import { HARMLESS, type HarmlessName } from './harmless-calls.data.ts';
import {
  type AttemptProbe,
  allOf,
  anyOf,
  attempts,
  holdsCapability,
  hostHas,
  type PassesProbe,
  type Probe,
  passes,
  says,
  shares,
  sharesKernel,
  unconfined,
} from './probe.ts';

/**
 * What the words of routes (model/words.ts) are as questions to a kernel: the same compositions, each part seen where it can be
 * seen, and tried where trying harms nothing.
 */

// --- who the process is ---------------------------------------------------------------------------------------------------

export const inInitialUserNamespace: Probe = shares('user', 'kernel');
export const capableInside = (name: Capability): Probe => allOf(sharesKernel, holdsCapability(name));
export const capableOnHost = (name: Capability): Probe =>
  allOf(sharesKernel, inInitialUserNamespace, holdsCapability(name));

// --- calls ------------------------------------------------------------------------------------------------------------------

/** What a refusal of any kind looks like. Which kind it is, is found out. */
export const REFUSED = {
  EPERM: 'find',
  EACCES: 'find',
  ENOSYS: 'find',
  SIGSYS: 'seccomp',
  SIGKILL: 'seccomp',
} as const satisfies Readonly<Record<string, Mechanism | 'find'>>;

/** A filter lets one of these calls through, whatever the kernel says to it afterwards. */
export const passesFilter = (...names: readonly HarmlessName[]): PassesProbe =>
  passes([...new Set(names.flatMap((name) => HARMLESS[name].effects))], ...names.map((name) => HARMLESS[name].call));

/** The same, of the host's kernel. */
export const reachesKernel = (...names: readonly HarmlessName[]): Probe => allOf(sharesKernel, passesFilter(...names));

type More = Partial<Pick<AttemptProbe, 'effects' | 'decides' | 'as' | 'needs' | 'blocked'>>;

/** Makes calls of which the last one decides. */
export const tries = (
  title: string,
  calls: Call | readonly Call[],
  open: readonly string[],
  { effects = ['cannot-succeed'], blocked = {}, ...more }: More = {},
): AttemptProbe =>
  attempts({
    title,
    effects,
    calls: 'name' in calls ? [calls] : calls,
    open,
    blocked: { ...REFUSED, ...blocked },
    ...more,
  });

/** A call of the table, made. */
export const triesHarmless = (name: HarmlessName, open: readonly string[], more: More = {}): AttemptProbe =>
  tries(`calls ${name}`, HARMLESS[name].call, open, { effects: HARMLESS[name].effects, ...more });

export const needs = (...oneOf: readonly Capability[]): Pick<More, 'needs'> => ({ needs: oneOf });

/** The lower 32 bits are what the kernel takes, the upper ones are the caller's choice: a filter may look at all 64. */
export const eachAsInt = (value: number | bigint, make: (word: bigint) => Call): readonly Call[] => [
  make(BigInt(value)),
  make(BigInt(value) | (1n << 32n)),
];

/** SOCK_MAX is 11: __sock_create(), net/socket.c, refuses the type before it looks for the family, and loads no module. */
const NO_TYPE = 15;
/** netlink_create(), net/netlink/af_netlink.c, refuses stream sockets before it looks for the protocol. */
const SOCK_STREAM = 1;
const NETLINK = 16;

/** socket(2) for this family passes, by any of the entries that have it. Nothing is opened. */
export function passesSocket(family: number | bigint, protocol: number | bigint = 0): Probe {
  const type = Number(family) === NETLINK ? SOCK_STREAM : NO_TYPE;
  return allOf(
    sharesKernel,
    passes(
      ['cannot-succeed'],
      ...eachAsInt(family, (word) => call('socket', word, type, protocol)),
      { ...call('socket', family, type, protocol), entry: 'i386' },
      socketcall(family, protocol),
    ),
  );
}

const socketcall = (family: number | bigint, protocol: number | bigint): Call => ({
  ...call('socketcall', 1, struct([u32(family), u32(NO_TYPE), u32(protocol)])),
  entry: 'i386',
});

/** SYS_SOCKET of socketcall(2), whose arguments no filter sees: only a 32-bit program has them where it reaches. */
export const passesSocketcall: Probe = allOf(
  sharesKernel,
  passes(['cannot-succeed'], socketcall(0, 0)),
  hostHas(kernelConfig('IA32_EMULATION', { usually: 'passes' })),
);

/** A socket by each way to ask for it that names the family in a register. */
export const socketCalls = (family: number, type: number, protocol: number): readonly Call[] => [
  ...eachAsInt(family, (word) => call('socket', word, type, protocol)),
  { ...call('socket', family, type, protocol), entry: 'i386' },
];

// --- namespaces of its own ----------------------------------------------------------------------------------------------------

const OWN: readonly Effect[] = ['makes-namespaces', 'changes-itself'];
const LIMITED = { ENOSPC: 'kernel', EUSERS: 'kernel' } as const;

/** In namespaces that the child makes one after the other, by unshare(2) or clone(2). */
const livesIn = (title: string, as: readonly bigint[], more: More = {}): Probe =>
  tries(title, call('getpid'), ['ok'], { effects: OWN, as, blocked: LIMITED, ...more });

/**
 * Flags of clone3 lie in memory: whose filter refuses unshare but lets clone3 through, has what the kernel gives. Where the filter is
 * not what refuses, clone3 gives no more.
 */
const byClone3 = (flag: bigint, ...given: readonly Probe[]): Probe =>
  allOf(
    passesFilter('clone3'),
    { ...passes(['makes-namespaces', 'changes-itself'], call('unshare', flag)), none: true },
    ...given,
  );

const hostLetsAllMakeUserNamespaces: Probe = allOf(
  hostHas(hostSysctl('user.max_user_namespaces', { isNot: 0 }, { usually: 'passes' })),
  hostHas(hostSysctl('kernel.unprivileged_userns_clone', { isNot: 0 }, { usually: 'passes' })),
  hostHas(host('host.kernel-config.USER_NS', { isNot: 'n' }, { usually: 'passes' })),
);

export const userNamespaceMade: Probe = allOf(
  sharesKernel,
  anyOf(livesIn('creates a user namespace', [CLONE.NEWUSER]), byClone3(CLONE.NEWUSER, hostLetsAllMakeUserNamespaces)),
);

export const namespaceMade = (flag: keyof typeof CLONE): Probe =>
  allOf(
    sharesKernel,
    anyOf(
      livesIn(`creates a namespace (CLONE_${flag})`, [CLONE[flag]], needs('SYS_ADMIN')),
      livesIn(`creates a namespace (CLONE_${flag}) in a user namespace of its own`, [CLONE.NEWUSER, CLONE[flag]]),
      byClone3(CLONE[flag], anyOf(holdsCapability('SYS_ADMIN'), hostLetsAllMakeUserNamespaces)),
    ),
  );

/** Who is in a user namespace of its own, and in the host's network, owns none (create_new_namespaces(), kernel/nsproxy.c). */
const ownsNetwork: Probe = anyOf(inInitialUserNamespace, { ...shares('net'), not: true });
export const capableOverNetwork = (name: Capability): Probe => allOf(capableInside(name), ownsNetwork);

/** What needs a capability over a network namespace is done in the sandbox's own, or in one that it makes. */
export const capableOverSomeNetwork = (name: Capability): Probe =>
  anyOf(
    capableOverNetwork(name),
    allOf(capableInside(name), namespaceMade('NEWNET')),
    allOf(userNamespaceMade, namespaceMade('NEWNET')),
  );

// --- mounts ---------------------------------------------------------------------------------------------------------------------

/**
 * path_mount() and do_new_mount(), fs/namespace.c: after the security module and may_mount() the missing type is what fails.
 * fsopen(2): after may_mount() the missing name. move_mount(2): after the security module, that it would come to lie on itself.
 */
const mountsBy = (more: More): Probe =>
  anyOf(
    tries('mounts', call('mount', 0, '/', 0, 0, 0), ['EINVAL'], more),
    allOf(
      tries('opens a context of a file system', HARMLESS.fsopen.call, ['EFAULT'], more),
      passesFilter('fsconfig'),
      passesFilter('fsmount'),
      tries('moves a mount', call('move_mount', -100, '/', -100, '/', 0), ['ELOOP', 'EINVAL'], more),
    ),
  );

export const mounts: Probe = allOf(sharesKernel, mountsBy(needs('SYS_ADMIN')));
export const mountsAnywhere: Probe = allOf(
  sharesKernel,
  anyOf(
    mountsBy(needs('SYS_ADMIN')),
    mountsBy({ as: [CLONE.NEWUSER, CLONE.NEWNS], blocked: LIMITED }),
    allOf(
      byClone3(CLONE.NEWUSER, hostLetsAllMakeUserNamespaces),
      anyOf(
        // The security module is asked before may_mount() (path_mount(), fs/namespace.c): EPERM says that it let the call through.
        tries('asks to mount', call('mount', 0, '/', 0, 0, 0), ['EPERM', 'EINVAL']),
        allOf(
          passesFilter('fsopen'),
          passesFilter('fsconfig'),
          passesFilter('fsmount'),
          passesFilter('move_mount'),
          // Behind clone3 alone nothing can be tried: move_mount(2) has a hook.
          unconfined,
        ),
      ),
    ),
  ),
);

// --- maps of ids -----------------------------------------------------------------------------------------------------------------

/** Uid 0 inside is uid 0 of this machine: no user namespace, or one that maps it so. */
export const rootMappedToHost: Probe = anyOf(
  inInitialUserNamespace,
  says('/proc/{pid}/uid_map', { matches: '^\\s*0\\s+0\\s', outside: true, mechanism: 'namespace-user' }),
);

/** The host's 0 is somebody inside: a range of a map that holds it begins with it. */
const holdsHostZero = (map: 'uid_map' | 'gid_map'): Probe =>
  says(`/proc/{pid}/${map}`, { matches: '^\\s*\\d+\\s+0\\s', outside: true, mechanism: 'namespace-user' });

/** Of files whose owner and group are mapped into the process's user namespace (privileged_wrt_inode_uidgid(), kernel/capability.c). */
export const capableOverHostFiles = (name: Capability): Probe =>
  allOf(
    anyOf(inInitialUserNamespace, allOf(holdsHostZero('uid_map'), holdsHostZero('gid_map'))),
    holdsCapability(name),
  );

// --- objects of the kernel ---------------------------------------------------------------------------------------------------------

const BPF = { MAP_CREATE: 0, PROG_LOAD: 5 } as const;

/** struct bpf_insn: opcode, registers (source, destination), offset, immediate. */
const step = (opcode: number, registers: number, immediate: number) => [
  u8(opcode),
  u8(registers),
  u16(0),
  u32(immediate),
];

/** Loads a program that is attached nowhere, and goes with its descriptor. */
export const loadsProgram = (type: number, steps: readonly ReturnType<typeof step>[]): Call => {
  const attributes = struct([
    u32(type),
    u32(steps.length),
    pointer(struct(steps.flat())),
    pointer('GPL'),
    ...Array.from({ length: 12 }, () => u32(0)),
  ]);
  return call('bpf', BPF.PROG_LOAD, attributes, attributes.bytes.length);
};

/** return 0 */
export const RETURNS = [step(0xb7, 0x00, 0), step(0x95, 0x00, 0)] as const;
/** bpf_probe_read_kernel(stack, 8, 0) (5.5), which lockdown takes away (bpf_tracing_func_proto(), kernel/trace/bpf_trace.c). */
export const READS_KERNEL_MEMORY = [
  step(0xbf, 0xa1, 0),
  step(0x07, 0x01, -8),
  step(0xb7, 0x02, 8),
  step(0xb7, 0x03, 0),
  step(0x85, 0x00, 113),
  ...RETURNS,
] as const;
export const PROGRAM = { SOCKET_FILTER: 1, KPROBE: 2 } as const;

/** A queue, which takes bpf_capable() whatever kernel.unprivileged_bpf_disabled says (map_create(), kernel/bpf/syscall.c). */
export const makesQueueMap: Call = call('bpf', BPF.MAP_CREATE, struct([u32(22), u32(0), u32(8), u32(1), u32(0)]), 20);

/** PERF_TYPE_SOFTWARE, PERF_COUNT_SW_DUMMY, disabled: counts nothing. */
const DUMMY_EVENT = { type: 1, size: 64, config: 9 } as const;
const DISABLED = 1;
const USER_ONLY = 0x60;
export const opensCounter = (whole: 'machine' | 'itself'): Call =>
  call(
    'perf_event_open',
    struct([
      u32(DUMMY_EVENT.type),
      u32(DUMMY_EVENT.size),
      u64(DUMMY_EVENT.config),
      u64(0),
      u64(0),
      u64(0),
      u64(whole === 'machine' ? DISABLED : DISABLED | USER_ONLY),
      u64(0),
      u64(0),
    ]),
    whole === 'machine' ? -1 : 0,
    whole === 'machine' ? 0 : -1,
    -1,
    0,
  );

// --- filters -----------------------------------------------------------------------------------------------------------------------

/** A filter of one step: allow. */
export const LETS_ALL_THROUGH = struct([u16(1), pointer(struct([u16(0x06), u8(0), u8(0), u32(0x7fff0000)]))]);

/** Some filter is there. */
const asksForFilter = call('prctl', 21, 0, 0, 0, 0);
export const hasFilter: Probe = anyOf(
  tries('asks for its filter', asksForFilter, ['= 2'], {
    effects: ['looks'],
    blocked: { '= 0': 'seccomp', EINVAL: 'find' },
  }),
  // Who refuses the question, is one.
  { ...passes(['looks'], asksForFilter), none: true },
);

// --- handles of files ----------------------------------------------------------------------------------------------------------------

/** O_DIRECTORY of x86-64 and that of arm64: on each, the other is O_DIRECT, which matters only once something is opened. */
export const O_DIRECTORY = 0o240000;

/** struct file_handle of a type that no file system makes: whoever may decode handles at all is told ESTALE (exportfs_decode_fh_raw(), fs/exportfs/expfs.c). */
export const opensByHandle = (flags: number): Call =>
  call('open_by_handle_at', -100, struct([u32(4), u32(0x7e), u32(0)]), flags);
