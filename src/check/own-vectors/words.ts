import { type Capability, CLONE } from '../../kernel/index.ts';
import type { ValueTest } from '../../model/gates/fact.ts';
import type { Expr, Mechanism } from '../../model/index.ts';
import * as words from '../../model/words.ts';
import * as kubernetes from '../../model/words-of-kubernetes.ts';
import {
  callArguments,
  callName,
  entryHas,
  GATE_PARAMS,
  mechanism,
  reachable,
  releaseKey,
  socketFamily,
  suitsHost,
  TEST,
  type,
  usually,
} from './gates.ts';
import { type FieldsOf, may, need, type ParamsSchema, params } from './params.ts';
import * as value from './values.ts';
import { Fault } from './values.ts';

/**
 * The words of `model/words.ts` as a table: by which name YAML calls each, what it takes, and what it makes. A test holds it against
 * the exports of that file.
 */
export interface Word {
  /** One line for the reference. */
  readonly says: string;
  /** Absent for words that take nothing. */
  readonly takes?: ParamsSchema<unknown>;
  readonly make: (params: unknown) => Expr;
}

/** A word that takes nothing. */
const state = (says: string, expression: Expr): Word => ({ says, make: () => expression });

const word = <P>(says: string, takes: ParamsSchema<P>, make: (params: P) => Expr): Word => ({
  says,
  takes,
  // The decoder hands over what `takes` decoded.
  make: (decoded) => make(decoded as P),
});

const takes = <P>(fields: FieldsOf<P>, check?: (params: P) => Fault | undefined) => params<P>('word', fields, check);

interface OfCapability {
  readonly capability: Capability;
}
const ofCapability = takes<OfCapability>({ capability: need(value.capability) });
const ofKernelFile = takes<{ readonly path: string }>({ path: need(value.kernelFile) });

type Arguments = Parameters<typeof words.syscall>[1];
interface Call {
  readonly name: string;
  readonly args?: NonNullable<Arguments>;
}
interface CompatCall extends Call {
  readonly arch: 'i386' | 'x32';
}
const ofCall = takes<Call>({ name: need(callName), args: may(callArguments) });

interface Sysctl extends ValueTest {
  readonly name: string;
  readonly usually?: 'passes';
  readonly title?: string;
}
const sysctlName = value.scalar('name of a sysctl', (node) =>
  /^[a-z0-9_-]+(\.[\w-]+)+$/i.test(node.text)
    ? node.text
    : new Fault('is not the name of a sysctl', 'write it with dots, as in kernel.dmesg_restrict'),
);
const configSymbol = value.scalar('symbol of the kernel configuration', (node) =>
  /^(?!CONFIG_)[A-Z0-9][A-Z0-9_a-z]*$/.test(node.text)
    ? node.text
    : new Fault('is not a symbol without its prefix', 'write BPF_SYSCALL for CONFIG_BPF_SYSCALL'),
);

const wish = takes<words.DeviceWish>({
  path: need(value.pattern),
  title: need(value.text),
  type: need(type),
  major: may(value.count),
  minor: may(value.count),
  access: may(value.access),
  any: may(value.flag),
  mode: may(value.oneOf(['any'])),
  groups: may(value.listOf(value.text)),
  hostNode: may(value.hostPath),
});

type Socket = Parameters<typeof words.connectsToSocket>[0];
const socket = takes<{ readonly [K in keyof Socket]: Socket[K] }>(
  {
    covers: may(value.listOf(value.hostPath)),
    source: may(value.pattern),
    title: need(value.text),
    groups: may(value.listOf(value.text)),
    mode: may(value.oneOf(['any'])),
  },
  (p) =>
    p.covers === undefined && p.source === undefined
      ? new Fault('names no socket', 'state `covers` (paths) or `source` (a regular expression)')
      : undefined,
);

interface Path {
  readonly covers: readonly string[];
  readonly title: string;
  readonly writable?: boolean;
  readonly parts?: boolean;
  readonly asRoot?: boolean;
}

type Lsm = Parameters<typeof words.lsmAllows>[0];

interface Release {
  readonly key: string;
  readonly mechanism: Mechanism;
}

const SINGLE: Readonly<Record<string, Word>> = {
  fact: word('a fact of the container is so', GATE_PARAMS.fact, (p) => ({ gate: 'fact', ...p })),
  someFact: word(
    'some fact of a family is so: an environment variable, a file of the image',
    GATE_PARAMS.family,
    words.someFact,
  ),
  host: word('a fact of the host is so; only a described host can close it', GATE_PARAMS.host, (p) => ({
    gate: 'host',
    ...p,
  })),
  hostSysctl: word(
    'a sysctl of the host is so (`is: 1`, `atLeast: 2` …)',
    takes<Sysctl>(
      { name: need(sysctlName), ...TEST, usually: may(usually), title: may(value.text) },
      ({ name, ...test }) => suitsHost({ key: `host.sysctl.${name}`, ...test }),
    ),
    ({ name, usually: common, title, ...test }) =>
      words.hostSysctl(name, test, { ...(common && { usually: common }), ...(title && { title }) }),
  ),
  kernelConfig: word(
    "the host's kernel is built with CONFIG_…",
    takes<{ readonly symbol: string; readonly usually?: 'passes' }>({
      symbol: need(configSymbol),
      usually: may(usually),
    }),
    ({ symbol, ...more }) => words.kernelConfig(symbol, more),
  ),
  kernel: word('the kernel is at least `since` and older than `before`', GATE_PARAMS['kernel-version'], words.kernel),
  olderThan: word(
    'engine or runtime is older than the release that mended it',
    takes<Release & { readonly below: string }>({
      key: need(releaseKey),
      below: need(value.release),
      mechanism: need(mechanism),
    }),
    (p) => words.olderThan(p.key, p.below, p.mechanism),
  ),
  notOlderThan: word(
    'engine or runtime is of the release that brought it, or newer',
    takes<Release & { readonly from: string }>({
      key: need(releaseKey),
      from: need(value.release),
      mechanism: need(mechanism),
    }),
    (p) => words.notOlderThan(p.key, p.from, p.mechanism),
  ),
  sharedKernel: state("system calls are served by the host's kernel: neither gVisor nor a guest", words.sharedKernel),
  rootUser: state('starts as uid 0', words.rootUser),
  initialUserNamespace: state('has no user namespace of its own', words.initialUserNamespace),
  rootMapsToHost: state('uid 0 inside is uid 0 of the host', words.rootMapsToHost),
  mapsToHostUser: state('it is an ordinary user of the host to its files', words.mapsToHostUser),
  mounted: word('there is a mount that satisfies all of this', GATE_PARAMS.mount, words.mounted),
  reaches: word(
    'packets get there',
    takes<{ readonly to: Parameters<typeof words.reaches>[0] }>({ to: need(reachable) }),
    ({ to }) => words.reaches(to),
  ),
  granted: word('RBAC grants one of the verbs on one of the resources', GATE_PARAMS.grant, words.granted),
  lsmAllows: word(
    'no profile of AppArmor refuses it',
    takes<{ readonly operation: Lsm }>({
      operation: need(
        value.oneOf(
          value.namesOf<Lsm>({ mount: true, 'move-mount': true, 'detached-mount': true, 'ptrace-outside': true }),
        ),
      ),
    }),
    ({ operation }) => words.lsmAllows(operation),
  ),
  deviceNode: word('a node of the host’s device is in /dev', GATE_PARAMS['device-node'], ({ path, title, ...more }) =>
    words.deviceNode(path, title, more),
  ),
  deviceAllowed: word('the device controller lets it be used', GATE_PARAMS['device-rule'], (p) => ({
    gate: 'device-rule',
    ...p,
  })),
  syscall: word('the seccomp filter lets the call through, by the native entry', ofCall, ({ name, args }) =>
    words.syscall(name, args),
  ),
  compatSyscall: word(
    'the same by the 32-bit entry or x32 of x86-64',
    takes<CompatCall>(
      { arch: need(value.oneOf(['i386', 'x32'])), name: need(callName), args: may(callArguments) },
      entryHas,
    ),
    ({ arch, name, args }) => words.compatSyscall(arch, name, args),
  ),
  seccompFilter: word('what kind of seccomp filter there is', GATE_PARAMS['seccomp-filter'], ({ is }) =>
    words.seccompFilter(is),
  ),
};

const STATES: Readonly<Record<string, Word>> = {
  calls: word(
    "reaches a call of the host's kernel: shared kernel, and the filter lets it through",
    ofCall,
    ({ name, args }) => words.calls(name, args),
  ),
  opensSocket: word(
    'opens a socket of the family, by any entry (__sys_socket())',
    takes<{ readonly family: number; readonly protocol?: number }>({
      family: need(socketFamily),
      protocol: may(value.count),
    }),
    ({ family, protocol }) => words.opensSocket(family, protocol),
  ),
  gainsRoot: state('becomes root by a set-user-id program of the image', words.gainsRoot),
  isHostRoot: state('is uid 0 of the host, or can become it', words.isHostRoot),
  capableOfLog: state('may read the kernel log by a capability', words.capableOfLog),
  ownsNetwork: state('its user namespace owns its network namespace', words.ownsNetwork),
  becomesRoot: state('is uid 0 in the container, or can become it', words.becomesRoot),
  holds: word(
    'holds the capability in its own user namespace, or can come to hold it',
    ofCapability,
    ({ capability }) => words.holds(capability),
  ),
  capable: word('capable(): the capability counts on the host', ofCapability, ({ capability }) =>
    words.capable(capability),
  ),
  capableInContainer: word(
    'ns_capable(): it counts for what the container’s user namespace owns',
    ofCapability,
    ({ capability }) => words.capableInContainer(capability),
  ),
  capableInOwn: word('ns_capable() also in a user namespace that the process makes', ofCapability, ({ capability }) =>
    words.capableInOwn(capability),
  ),
  createsUserNamespace: state('can make a user namespace (create_user_ns())', words.createsUserNamespace),
  createsNamespace: word(
    'can make a namespace of the kind (create_new_namespaces())',
    takes<{ readonly flag: keyof typeof CLONE }>({
      flag: need(value.oneOf(Object.keys(CLONE) as (keyof typeof CLONE)[])),
    }),
    ({ flag }) => words.createsNamespace(flag),
  ),
  mounts: state('can mount in its own mount namespace (may_mount())', words.mounts),
  remounts: state('can take flags of its mounts away (mount_setattr())', words.remounts),
  mountsSomewhere: state('can mount, if need be in namespaces of its own making', words.mountsSomewhere),
};

const FILES: Readonly<Record<string, Word>> = {
  writesKernelFile: word('writes a file of procfs or sysfs as the host’s root', ofKernelFile, ({ path }) =>
    words.writesKernelFile(path),
  ),
  readsKernelFile: word('reads a world-readable file of procfs or sysfs', ofKernelFile, ({ path }) =>
    words.readsKernelFile(path),
  ),
  writesRootFile: word('as writesKernelFile, for files that are no sysctls', ofKernelFile, ({ path }) =>
    words.writesRootFile(path),
  ),
  readsRootFile: word('as readsKernelFile, for files of mode 0400', ofKernelFile, ({ path }) =>
    words.readsRootFile(path),
  ),
  ownsHostFiles: state('owns what root owns on the host (inode_permission())', words.ownsHostFiles),
  ownsUserFiles: state('owns what some user of the host owns', words.ownsUserFiles),
  capableInNetwork: word('ns_capable() over its own network namespace', ofCapability, ({ capability }) =>
    words.capableInNetwork(capability),
  ),
  capableInSomeNetwork: word('the same, or over a network namespace that it makes', ofCapability, ({ capability }) =>
    words.capableInSomeNetwork(capability),
  ),
  capableOnHostFiles: word('capable_wrt_inode_uidgid() over files of the host', ofCapability, ({ capability }) =>
    words.capableOnHostFiles(capability),
  ),
  inHostGroup: word(
    'is a member of one of these groups of the host',
    takes<{ readonly names: readonly string[] }>({ names: need(value.listOf(groupName())) }),
    ({ names }) => words.inHostGroup(names),
  ),
  connectsToSocket: word('connects to a socket file of the host (unix_find_bsd())', socket, words.connectsToSocket),
  seesHostProcesses: state("sees the host's processes, by PID namespace or procfs", words.seesHostProcesses),
  hostPath: word(
    'reaches a path of the host through a mount',
    takes<Path>({
      covers: need(value.listOf(value.hostPath)),
      title: need(value.text),
      writable: may(value.flag),
      parts: may(value.flag),
      asRoot: may(value.flag),
    }),
    ({ covers, title, ...options }) => words.hostPath(covers, title, options),
  ),
  reachesDevice: word(
    'has a node of the device, or can make one, and the device controller agrees',
    wish,
    words.reachesDevice,
  ),
  opensDevice: word('as reachesDevice, and the node’s mode lets it in', wish, words.opensDevice),
};

interface Rights {
  readonly verbs: readonly string[];
  readonly resources: readonly string[];
  readonly clusterWide?: boolean;
}

interface Argument {
  readonly matches?: string;
  readonly notMatches?: string;
  readonly title: string;
}

const CLUSTER: Readonly<Record<string, Word>> = {
  onKubernetes: state('is started by a kubelet', kubernetes.onKubernetes),
  ofKind: word(
    'is an object of one of these kinds',
    takes<{ readonly kinds: readonly string[] }>({ kinds: need(value.listOf(value.text)) }),
    ({ kinds }) => kubernetes.ofKind(...kinds),
  ),
  holdsRights: state('may hold rights to the Kubernetes API', kubernetes.holdsRights),
  actsWith: word(
    'reaches the Kubernetes API and holds all of these rights',
    takes<{ readonly rights: readonly Rights[] }>({ rights: need(value.listOf(GATE_PARAMS.grant)) }),
    ({ rights }) => ({
      all: kubernetes.actsWith(...rights.map(words.granted)),
    }),
  ),
  grantsBeyondDiscovery: state(
    'the role is not one of those that every cluster binds to everybody',
    kubernetes.grantsBeyondDiscovery,
  ),
  runsProgram: word(
    'its command is this program, as static pods start those of the control plane',
    takes<{ readonly name: string }>({ name: need(programName()) }),
    ({ name }) => kubernetes.runsProgram(name),
  ),
  argument: word(
    'one argument of its command matches, or none does',
    takes<Argument>(
      { matches: may(value.pattern), notMatches: may(value.pattern), title: need(value.text) },
      ({ matches, notMatches }) =>
        (matches === undefined) === (notMatches === undefined)
          ? new Fault('needs one test', 'state either `matches` or `notMatches`')
          : undefined,
    ),
    ({ matches, notMatches = '', title }) =>
      kubernetes.argument(matches === undefined ? { notMatches } : { matches }, title),
  ),
  mayDo: word(
    'RBAC grants one of the verbs on one of the resources',
    GATE_PARAMS.grant,
    ({ verbs, resources, ...more }) => kubernetes.mayDo(verbs, resources, more),
  ),
};

/** It becomes part of a regular expression. */
function programName(): value.ValueSchema<string> {
  return value.scalar('name of a program', (node) =>
    /^[a-z0-9][a-z0-9-]*$/i.test(node.text)
      ? node.text
      : new Fault('is not the name of a program', 'write it without its path'),
  );
}

/** Group names become part of a regular expression. */
function groupName(): value.ValueSchema<string> {
  return value.scalar('group name', (node) =>
    /^[a-z_][a-z0-9_-]*$/.test(node.text) ? node.text : new Fault('is not a group name', 'write a name of /etc/group'),
  );
}

export const WORDS: Readonly<Record<string, Word>> = { ...SINGLE, ...STATES, ...FILES, ...CLUSTER };

/** By what they are about, for the reference. */
export const CHAPTERS: readonly (readonly [title: string, words: Readonly<Record<string, Word>>])[] = [
  ['Single gates', SINGLE],
  ['What a process can do by itself', STATES],
  ['Files, sockets and devices', FILES],
  ['Kubernetes', CLUSTER],
];
