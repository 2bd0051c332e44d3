/**
 * The vocabulary of `keys.ts` at run time: every key and family with the kind of its value. From here come the check of
 * foreign postures and the published schema; the test holds this table against the types, both ways.
 */

import { bpfFromBase64 } from '../kernel/bpf.ts';
import { bpfProblem } from '../kernel/bpf-validate.ts';
import { CAPABILITIES } from '../kernel/capabilities.ts';
import type { SeccompArg, SeccompPolicy, SeccompRule } from '../kernel/seccomp.ts';
import type { ArchitectureEntry, ProfileCondition, ProfileRule, SeccompProfile } from '../kernel/seccomp-profile.ts';
import type {
  DaemonValue,
  Device,
  DeviceRule,
  ExecRequest,
  IdMap,
  ImageFile,
  Mount,
  Rlimit,
  SeccompRequest,
  SeccompSetting,
  SelinuxLabel,
} from './keys.ts';
import {
  anything,
  decimal,
  either,
  exactInteger,
  flag,
  integer,
  type Kind,
  list,
  Mismatch,
  natural,
  object,
  optional,
  record,
  text,
  variants,
  words,
} from './value-kind.ts';

const texts = list(text);
const capability = words(...CAPABILITIES);
const propagation = words('private', 'slave', 'shared', 'unbindable');
const none = words('none');
const id = either(natural, words('non-root'));
const limit = either(decimal, none);
const rlimitValue = either(natural, words('unlimited'));
const word = either(flag, decimal, text, texts);

const idMap = object<IdMap>({ inside: natural, outside: natural, size: natural });

const mount = object<Mount>({
  type: text,
  source: optional(text),
  readonly: flag,
  recursiveReadonly: optional(flag),
  submounts: optional(flag),
  nosuid: optional(flag),
  nodev: optional(flag),
  noexec: optional(flag),
  propagation: optional(propagation),
  subpath: optional(text),
  size: optional(natural),
  sharedWith: optional(texts),
});

const device = object<Device>({
  type: words('c', 'b', 'unknown'),
  major: optional(natural),
  minor: optional(natural),
  hostPath: text,
  access: text,
  mode: optional(natural),
});

const deviceRule = object<DeviceRule>({
  allow: flag,
  type: words('a', 'b', 'c'),
  major: optional(natural),
  minor: optional(natural),
  access: text,
});

const selinux = object<SelinuxLabel>({
  user: optional(text),
  role: optional(text),
  type: optional(text),
  level: optional(text),
});

const argument = object<SeccompArg>({
  index: natural,
  value: exactInteger,
  valueTwo: optional(exactInteger),
  op: text,
});

const rule = object<SeccompRule>({
  names: texts,
  action: text,
  errnoRet: optional(natural),
  args: optional(list(argument)),
});

const policy = object<SeccompPolicy>({
  defaultAction: text,
  defaultErrnoRet: optional(natural),
  architectures: optional(texts),
  flags: optional(texts),
  listenerPath: optional(text),
  syscalls: optional(list(rule)),
});

const condition = object<ProfileCondition>({
  caps: optional(texts),
  arches: optional(texts),
  minKernel: optional(text),
});

const profileRule = object<ProfileRule>({
  names: texts,
  action: text,
  errnoRet: optional(natural),
  args: optional(list(argument)),
  includes: optional(condition),
  excludes: optional(condition),
});

const profile = object<SeccompProfile>({
  defaultAction: text,
  defaultErrnoRet: optional(natural),
  archMap: list(object<ArchitectureEntry>({ architecture: text, subArchitectures: texts })),
  groups: list(profileRule),
});

const bare = <K extends string>(kind: K) => object<{ readonly kind: K }>({ kind: words(kind) as Kind<K> });

/** One that the kernel would install, so that whoever judges it need not doubt it. */
const filterProgram: Kind<string> = {
  expected: 'a seccomp filter in base64',
  schema: { type: 'string', contentEncoding: 'base64', pattern: '^[A-Za-z0-9+/]+={0,2}$' },
  suits: (json) => typeof json === 'string',
  read: (json) => {
    if (typeof json !== 'string' || !isFilterProgram(json)) throw new Mismatch(filterProgram.expected, json);
    return json;
  },
};

function isFilterProgram(written: string): boolean {
  try {
    return bpfProblem(bpfFromBase64(written)) === undefined;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const seccompSetting = variants<SeccompSetting>({
  unconfined: bare('unconfined'),
  policy: object<Extract<SeccompSetting, { kind: 'policy' }>>({ kind: words('policy'), policy }),
  profile: object<Extract<SeccompSetting, { kind: 'profile' }>>({ kind: words('profile'), name: text, profile }),
  filter: object<Extract<SeccompSetting, { kind: 'filter' }>>({ kind: words('filter'), programs: list(filterProgram) }),
});

const seccompRequest = variants<SeccompRequest>({
  'runtime-default': bare('runtime-default'),
  unconfined: bare('unconfined'),
  builtin: bare('builtin'),
  profile: object<Extract<SeccompRequest, { kind: 'profile' }>>({ kind: words('profile'), policy: profile }),
});

/** Keys of one fact each. */
export const EXACT = {
  'process.uid': id,
  'process.gid': id,
  'process.groups': list(natural),
  'process.no-new-privileges': flag,
  'process.terminal': flag,
  'process.oom-score-adj': integer,
  'process.argv': texts,
  'process.cwd': text,
  'user-namespace.uid-map': list(idMap),
  'user-namespace.gid-map': list(idMap),
  'rootfs.readonly': flag,
  'rootfs.propagation': propagation,
  'device-rules': list(deviceRule),
  seccomp: seccompSetting,
  'lsm.apparmor': text,
  'lsm.selinux': selinux,
  'oom-kill-disabled': flag,
  'sandbox.kind': words('os', 'user-space-kernel', 'hypervisor'),
  'runtime.name': text,
  'runtime.version': text,
  'runtime.hooks': texts,
  'runtime.restart-policy': text,
  'runtime.log-driver': text,
  'runtime.leaks-descriptors': flag,
  'engine.rootless': flag,
  'engine.recursive-readonly': flag,
  'engine.name': text,
  'engine.version': text,
  platform: words('linux', 'windows'),
  'network.mode': words(
    'none',
    'default-bridge',
    'bridge',
    'internal',
    'macvlan',
    'ipvlan',
    'overlay',
    'pod',
    'host',
    'user-space',
  ),
  'network.encrypted': flag,
  'network.host-gateway-alias': flag,
  'network.egress': words('all', 'restricted', 'none'),
  'network.ingress': words('all', 'restricted', 'none'),
  'image.reference': text,
  'image.digest': text,
  'image.tag': text,
  'image.registry': text,
  'image.pull-policy': text,
  'image.signature-verified': flag,
  'image.healthcheck': flag,
  'image.base': text,
  'image.created': text,
  'image.ignore-file': flag,
  'image.files-known': flag,
  'image.exposed-ports': texts,
  'image.volumes': texts,
  'build.network': text,
  'build.entitlements': texts,
  'build.privileged': flag,
  'build.ssh-or-secret-mounts': flag,
  'build.socket-mounted': flag,
  'host.kernel': text,
  'host.arch': words('x86_64', 'aarch64'),
  'host.cgroup': words('v1', 'v2', 'hybrid'),
  'host.lsm': texts,
  'host.selinux-enforcing': flag,
  'host.lockdown': words('none', 'integrity', 'confidentiality'),
  'kubernetes.namespace': text,
  'kubernetes.kind': text,
  'kubernetes.service-account': text,
  'kubernetes.service-account-token': flag,
  'kubernetes.runtime-class': text,
  'kubernetes.tolerations': texts,
  'kubernetes.node-name': text,
  'kubernetes.host-probe': flag,
  'kubernetes.node-selector': texts,
  'kubernetes.host-process': flag,
  'kubernetes.cloud-identity': text,
  'request.privileged': flag,
  'request.user': text,
  'request.run-as-non-root': flag,
  'request.seccomp': seccompRequest,
  'request.apparmor': text,
  'request.selinux': either(words('disabled'), selinux),
  'request.no-new-privileges': flag,
  'request.user-namespace': text,
  'request.system-paths-unmasked': flag,
  'request.runtime': text,
  'request.network': text,
  'request.gpus': text,
  'request.cgroup-parent': text,
  'request.groups-policy': words('merge', 'strict'),
} as const;

/** Families whose members have any name: the beginning of the key, and the kind of every member. */
export const FAMILIES = {
  'rlimit.': object<Rlimit>({ soft: rlimitValue, hard: rlimitValue }),
  'env.': text,
  'mount.': either(none, mount),
  'masked.': flag,
  'readonly-path.': flag,
  'device.': either(words('none', 'all', 'default'), device),
  'seccomp-refused.': flag,
  'sysctl.': text,
  'network.published.': flag,
  'network.routed.': flag,
  'image.file.': object<ImageFile>({
    mode: optional(natural),
    uid: optional(natural),
    setuid: optional(flag),
    capabilities: optional(list(capability)),
    secret: optional(flag),
  }),
  'image.instruction.': text,
  'image.env.': text,
  'image.arg.': text,
  'image.label.': text,
  'daemon.': either(flag, decimal, text, texts, record(anything)) satisfies Kind<DaemonValue>,
  'host.sysctl.': text,
  'host.kernel-config.': words('y', 'm', 'n'),
  'host.kernel-parameter.': text,
  'host.module.': words('loaded', 'available', 'absent'),
  'host.file-mode.': text,
  'host.vulnerability.': text,
  'host.fact.': word,
  'kubernetes.namespace-label.': text,
  'kubernetes.token-audience.': words(true),
  'rbac.': words('cluster', 'namespace', 'none'),
  'cluster.': word,
  'request.device-rule.': deviceRule,
  'request.group.': words(true),
  'exec.': object<ExecRequest>({ privileged: flag, user: optional(text), argv: optional(texts) }),
} as const;

interface Closed<Member extends string, T> {
  readonly members: readonly Member[];
  readonly value: Kind<T>;
}

function closed<const Member extends string, T>(members: readonly Member[], value: Kind<T>): Closed<Member, T> {
  return { members, value };
}

const held = closed([...CAPABILITIES, '*'], flag);

/** Families whose members are a closed list. */
export const CLOSED = {
  'capability.bounding.': held,
  'capability.ambient.': held,
  'capability.inheritable.': held,
  'capability.permitted.': held,
  'namespace.': closed(
    ['pid', 'net', 'mnt', 'user', 'ipc', 'uts', 'cgroup', 'time'],
    words('host', 'private', 'shared'),
  ),
  'limit.': closed(['memory', 'memory-swap', 'pids', 'cpu', 'io', 'storage', 'log', 'shm'], limit),
  'request.capability.': closed([...CAPABILITIES, 'ALL'], words('add', 'drop')),
} as const;

const exact: ReadonlyMap<string, Kind<unknown>> = new Map<string, Kind<unknown>>([
  ...Object.entries<Kind<unknown>>(EXACT as unknown as Record<string, Kind<unknown>>),
  ...Object.entries<Closed<string, unknown>>(CLOSED as unknown as Record<string, Closed<string, unknown>>).flatMap(
    ([prefix, family]) => family.members.map((member) => [`${prefix}${member}`, family.value] as const),
  ),
]);
const families: ReadonlyMap<string, Kind<unknown>> = new Map(
  Object.entries(FAMILIES as unknown as Record<string, Kind<unknown>>),
);

/** The kind of the values under a key; undefined where there is no such key. */
export function kindOfFact(key: string): Kind<unknown> | undefined {
  const found = exact.get(key);
  if (found !== undefined) return found;
  for (let dot = key.indexOf('.'); dot >= 0; dot = key.indexOf('.', dot + 1)) {
    const family = families.get(key.slice(0, dot + 1));
    if (family !== undefined) return dot + 1 < key.length ? family : undefined;
  }
  return undefined;
}
