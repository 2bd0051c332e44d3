import { CAPABILITIES } from '../kernel/capabilities.ts';
import type { SeccompPolicy } from '../kernel/seccomp.ts';
import { resolveProfile, type SeccompProfile } from '../kernel/seccomp-profile.ts';
import { parseKernelVersion } from '../kernel/version.ts';
import type { Device, DeviceRule, FactTypes, IdMap, NamespaceType } from './keys.ts';
import type { OciValue, Taking } from './oci-export.ts';
import { Unknown } from './posture.ts';

/** The `linux` section. */
export function linuxSection(taking: Taking, { cpus, hostDevices }: HostDetails): OciValue {
  const { posture } = taking;
  const propagation = taking.ifStated('rootfs.propagation');
  const ownUser = posture.known('namespace.user') === 'private';
  return {
    namespaces: namespaces(taking),
    ...(ownUser && {
      uidMappings: idMap(taking, 'user-namespace.uid-map'),
      gidMappings: idMap(taking, 'user-namespace.gid-map'),
    }),
    devices: devices(taking, hostDevices),
    resources: resources(taking, hostDevices),
    sysctl: sysctls(taking),
    seccomp: seccomp(taking),
    maskedPaths: paths(taking, 'masked.', cpus),
    readonlyPaths: paths(taking, 'readonly-path.', cpus),
    rootfsPropagation: propagation && `r${propagation}`,
  };
}

/** The names of runtime-spec config-linux.md, Namespaces. */
const NAMESPACES: readonly (readonly [NamespaceType, string])[] = [
  ['pid', 'pid'],
  ['net', 'network'],
  ['mnt', 'mount'],
  ['ipc', 'ipc'],
  ['uts', 'uts'],
  ['user', 'user'],
  ['cgroup', 'cgroup'],
  ['time', 'time'],
];

/** No such file: a runtime refuses to start until it is replaced, where leaving it out would hand over the host's namespace. */
const TO_BE_REPLACED = '/put/the/path/of/the/shared/namespace/here';

function namespaces(taking: Taking): readonly OciValue[] {
  return NAMESPACES.flatMap(([key, type]): OciValue[] => {
    const mode = taking.take(`namespace.${key}`);
    if (mode === 'private') return [{ type }];
    if (mode !== 'shared') return [];
    taking.note(`namespace.${key}`, `it is joined: put the path of the other container's namespace at type ${type}`);
    return [{ type, path: `${TO_BE_REPLACED}/${key}` }];
  });
}

function idMap(taking: Taking, key: 'user-namespace.uid-map' | 'user-namespace.gid-map'): OciValue | undefined {
  const map: readonly IdMap[] | undefined = taking.take(key);
  if (map?.length === 0) taking.note(key, 'it is empty');
  if (map === undefined || map.length === 0) return undefined;
  return map.map(({ inside, outside, size }) => ({ containerID: inside, hostID: outside, size }));
}

/** What a posture leaves to the host that it will be started on. */
export interface HostDetails {
  /** Processors, for masks that name each. */
  readonly cpus?: number | undefined;
  readonly hostDevices?: HostDevices | undefined;
}

export interface HostDevices {
  /** Every node below /dev. */
  readonly all: () => readonly HostDevice[];
  readonly at: (path: string) => Omit<HostDevice, 'path'> | undefined;
}

interface HostDevice {
  readonly path: string;
  readonly type: 'c' | 'b';
  readonly major: number;
  readonly minor: number;
  /** Its mode and owners: engines give the container's node the same (containerd pkg/oci/utils_unix.go `DeviceFromPath`). */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

function devices(taking: Taking, host: HostDevices | undefined): OciValue | undefined {
  const all = taking.posture.get('device.*')?.value;
  const nodes = new Map<string, OciValue>();
  const add = ({ path, type, major, minor, mode = 0o666, uid = 0, gid = 0 }: HostDevice): unknown =>
    nodes.set(path, { path, type, major, minor, fileMode: mode, uid, gid });
  if (all instanceof Unknown) taking.note('device.*', all.why);
  else if (all === 'all' && host !== undefined) for (const device of host.all()) add(device);
  else if (all === 'all') taking.note('device.*', 'every device of the host: which there are is not known here');
  for (const [path, device] of taking.members<Device | 'none' | 'all' | 'default'>('device.')) {
    if (device === 'none') nodes.delete(path);
    if (typeof device === 'string') continue;
    const numbers = numbersOf(device, host);
    if (numbers !== undefined) add({ path, ...numbers });
    else taking.note(`device.${path}`, `which numbers ${device.hostPath} has is not known here`);
  }
  return nodes.size === 0 ? undefined : [...nodes.values()];
}

function numbersOf(device: Device, host: HostDevices | undefined): Omit<HostDevice, 'path'> | undefined {
  const { type, major, minor, hostPath } = device;
  const here = host?.at(hostPath);
  if (type === 'unknown' || major === undefined || minor === undefined) return here;
  // A node of the same name that is another device says nothing of this one.
  const same = here?.type === type && here.major === major && here.minor === minor;
  return same ? here : { type, major, minor };
}

/** Rules of all layers, the lowest first, then those that come with the devices handed in. */
function deviceRules(taking: Taking, host: HostDevices | undefined): readonly OciValue[] | undefined {
  const lists = taking.posture.history('device-rules').toReversed();
  const unknown = lists.find((fact) => fact.value instanceof Unknown)?.value;
  if (lists.length === 0) taking.note('device-rules', 'nothing states it');
  if (unknown instanceof Unknown) taking.note('device-rules', unknown.why);
  if (lists.length === 0 || unknown !== undefined) return undefined;
  const rules = lists.flatMap((fact) => fact.value as readonly DeviceRule[]);
  // What stands before a rule for everything decides nothing.
  const first = rules.findLastIndex((rule) => rule.type === 'a' && rule.access.length === 3);
  return [...rules.slice(Math.max(first, 0)), ...handedIn(taking, host)].map(
    ({ allow, type, major, minor, access }) => ({
      allow,
      type,
      major,
      minor,
      access,
    }),
  );
}

function handedIn(taking: Taking, host: HostDevices | undefined): DeviceRule[] {
  return [...taking.posture.family<Device | 'none' | 'all' | 'default'>('device.').values()].flatMap(({ value }) => {
    if (typeof value === 'string' || value instanceof Unknown || value.access === '') return [];
    const numbers = numbersOf(value, host);
    if (numbers === undefined) return [];
    const { type, major, minor } = numbers;
    return [{ allow: true, type, major, minor, access: value.access }];
  });
}

/** Microseconds in which a share of processor time is measured; the kernel's own default (kernel/sched/core.c). */
const PERIOD = 100_000;

const NOT_OF_A_RUNTIME = ['io', 'storage', 'log'] as const;

function resources(taking: Taking, host: HostDevices | undefined): OciValue {
  const number = (key: 'limit.memory' | 'limit.memory-swap' | 'limit.pids' | 'limit.cpu') => {
    const value = taking.ifStated(key);
    return typeof value === 'number' ? value : undefined;
  };
  for (const name of NOT_OF_A_RUNTIME) {
    if (typeof taking.ifStated(`limit.${name}`) === 'number')
      taking.note(`limit.${name}`, 'an engine keeps this limit');
  }
  const [memory, swap, pids, cpu] = [
    number('limit.memory'),
    number('limit.memory-swap'),
    number('limit.pids'),
    number('limit.cpu'),
  ];
  const noKiller = taking.ifStated('oom-kill-disabled') === true ? true : undefined;
  const anyMemory = memory ?? swap ?? noKiller;
  return {
    devices: deviceRules(taking, host),
    memory: anyMemory === undefined ? undefined : { limit: memory, swap, disableOOMKiller: noKiller },
    pids: pids === undefined ? undefined : { limit: pids },
    cpu: cpu === undefined ? undefined : { quota: Math.round(cpu * PERIOD), period: PERIOD },
  };
}

/** Which namespace a setting belongs to: runc libcontainer/configs/validate `sysctl` refuses it without one of its own. */
const OF_NAMESPACE: readonly (readonly [RegExp, NamespaceType])[] = [
  [/^net\./, 'net'],
  [/^(kernel\.(msg|sem|shm)|fs\.mqueue\.)/, 'ipc'],
  [/^kernel\.(domainname|hostname)$/, 'uts'],
];

function sysctls(taking: Taking): OciValue | undefined {
  const kept: Record<string, string> = {};
  for (const [name, value] of taking.members<string>('sysctl.')) {
    const namespace = OF_NAMESPACE.find(([pattern]) => pattern.test(name))?.[1];
    if (namespace !== undefined && taking.posture.known(`namespace.${namespace}`) === 'host') {
      taking.note(`sysctl.${name}`, `it would be set for the host, which owns the ${namespace} namespace`);
    } else kept[name] = value;
  }
  return Object.keys(kept).length === 0 ? undefined : kept;
}

function seccomp(taking: Taking): OciValue | undefined {
  const setting = taking.take('seccomp');
  if (setting === undefined || setting.kind === 'unconfined') return undefined;
  if (setting.kind === 'filter') {
    taking.note('seccomp', 'a filter that is installed has no form in an OCI configuration');
    return undefined;
  }
  const policy = setting.kind === 'policy' ? setting.policy : resolved(taking, setting.profile);
  return policy as unknown as OciValue;
}

/** Conditions of a profile need a machine; where none is described the usual one is taken, and that is said. */
const USUAL = { arch: 'x86_64', kernel: '6.12' } as const satisfies {
  arch: FactTypes['host.arch'];
  kernel: string;
};
const PROFILE_ARCH = { x86_64: 'amd64', aarch64: 'arm64' } as const;

function resolved(taking: Taking, profile: SeccompProfile): SeccompPolicy {
  const { posture } = taking;
  const arch = posture.known('host.arch');
  const kernel = parseKernelVersion(posture.known('host.kernel') ?? '');
  if (arch === undefined || kernel === undefined) {
    const assumed = [arch === undefined && USUAL.arch, kernel === undefined && `Linux ${USUAL.kernel}`].filter(Boolean);
    taking.note(
      'seccomp',
      `conditions of the profile are decided for ${assumed.join(', ')}: the host is not described`,
    );
  }
  return resolveProfile(profile, {
    capabilities: CAPABILITIES.filter((name) => posture.known(`capability.bounding.${name}`) === true),
    arch: PROFILE_ARCH[arch ?? USUAL.arch],
    kernel: kernel ?? (parseKernelVersion(USUAL.kernel) as NonNullable<typeof kernel>),
  });
}

function paths(taking: Taking, family: 'masked.' | 'readonly-path.', cpus: number | undefined): readonly string[] {
  const all = taking.posture.get(`${family}*`)?.value;
  if (all === undefined) taking.note(`${family}*`, 'nothing states it');
  else if (all instanceof Unknown) taking.note(`${family}*`, all.why);
  return taking.members<boolean>(family).flatMap(([path, on]) => {
    if (!on) return [];
    if (!path.includes('*')) return [path];
    if (cpus !== undefined && path.includes('/cpu*/')) {
      return Array.from({ length: cpus }, (_, i) => path.replace('/cpu*/', `/cpu${i}/`));
    }
    taking.note(`${family}${path}`, 'it stands for a path for each processor: how many there are is not known here');
    return [];
  });
}
