import {
  type FactKey,
  factOf,
  type IdMap,
  type LimitName,
  type NamespaceMode,
  type Statement,
  Unknown,
  type Value,
} from '../../posture/index.ts';
import { parseBytes } from '../bytes.ts';
import { capabilityWord } from '../capability-word.ts';
import { boolean, type Entry, integer, type Node, text as word } from '../document/index.ts';
import { cleanPath } from '../paths.ts';
import { entryOf, type Handlers, handleKeys, itemsOf, mapOf, type Stating, siteOf } from '../stating.ts';
import type { Inspected } from './container.ts';
import { stateDevice, stateDeviceRule } from './devices.ts';
import { statePorts } from './ports.ts';
import { stateSecurityOptions } from './security-options.ts';

/** `HostConfig`: the request as the engine keeps it. Keys are moby api/types/container/hostconfig.go and podman libpod/define/container_inspect.go. */
export function stateHostConfig(inspected: Inspected): void {
  const { stating, item, engine } = inspected;
  const config = mapOf(entryOf(item, 'HostConfig')?.value, stating);
  if (config === undefined) return;
  // Podman derives its lists of capabilities from the bounding set and its own defaults; the set itself says more.
  const derived = entryOf(item, 'BoundingCaps') !== undefined;
  const options: Handlers = {
    SecurityOpt: (_, entry) => stateSecurityOptions(inspected, entry.value),
    CpuQuota: cpuQuota(entryOf(config, 'CpuPeriod')),
    PortBindings: (_, entry) => statePorts(stating, entry.value, 'HostConfig.PortBindings'),
  };
  const capabilities: Handlers = derived
    ? {}
    : { CapAdd: stateCapabilities('add'), CapDrop: stateCapabilities('drop') };
  handleKeys(
    stating,
    config,
    { ...IGNORED, ...COMMON, ...(engine === 'podman' ? PODMAN : DOCKER), ...capabilities, ...options },
    'HostConfig',
  );
  const ports = entryOf(item, 'NetworkSettings', 'Ports');
  if (ports) statePorts(stating, ports.value, 'NetworkSettings.Ports');
}

type Handler = Exclude<Handlers[string], 'ignored'>;

function flag(facts: (value: Value<boolean>) => Statement['facts']): Handler {
  return (stating, entry, key) => {
    const value = stating.read(boolean, entry.value);
    if (value !== undefined) stating.state(siteOf(entry), `HostConfig.${key}: ${shown(value)}`, facts(value));
  };
}

/** An empty text is not a request. */
function request(facts: (value: string) => Statement['facts'], unknown: readonly FactKey[]): Handler {
  return (stating, entry, key) => {
    const value = stating.read(word, entry.value);
    if (value === undefined || value === '') return;
    const stated =
      value instanceof Unknown
        ? (Object.fromEntries(unknown.map((name) => [name, value])) as Statement['facts'])
        : facts(value);
    stating.state(siteOf(entry), `HostConfig.${key}: ${shown(value)}`, stated);
  };
}

function limit(name: LimitName, scale = 1): Handler {
  return (stating, entry, key) => {
    const value = stating.read(integer, entry.value);
    if (value === undefined) return;
    const limited = value instanceof Unknown ? value : value > 0 ? value / scale : 'none';
    stating.state(siteOf(entry), `HostConfig.${key}: ${shown(value)}`, factOf(`limit.${name}`, limited));
  };
}

function shown(value: Value<boolean | number | string>): string {
  return value instanceof Unknown ? '?' : String(value);
}

/** `''` and `private` are a namespace of its own, but for ipc, where an old engine leaves the word out and its default decides. */
function namespace(type: 'pid' | 'ipc' | 'uts' | 'cgroup', empty: NamespaceMode | undefined): Handler {
  return (stating, entry, key) => {
    const value = stating.read(word, entry.value);
    const mode = value === undefined || value === '' ? empty : value instanceof Unknown ? value : modeOf(value);
    if (mode !== undefined)
      stating.state(
        siteOf(entry),
        `HostConfig.${key}: ${JSON.stringify(value ?? '')}`,
        factOf(`namespace.${type}`, mode),
      );
  };
}

function modeOf(value: string): Value<NamespaceMode> {
  if (value === 'host') return 'host';
  if (['private', 'shareable', 'none'].includes(value)) return 'private';
  const joined = /^(container|ns|pod):|^pod$/.test(value);
  return new Unknown(joined ? `${value} may be any namespace, the host's too` : `mode ${value} is not understood`);
}

function stateCapabilities(what: 'add' | 'drop'): Handler {
  return (stating, entry, key) => {
    for (const member of itemsOf(entry.value, stating) ?? []) {
      const name = stating.read(word, member);
      if (typeof name !== 'string') continue;
      const capability = capabilityWord(name);
      if (capability)
        stating.state(member, `HostConfig.${key}: ${name}`, factOf(`request.capability.${capability}`, what));
      else
        stating.report(
          'unknown-capability',
          `there is no capability \`${name.slice(0, 60)}\``,
          'the engine refuses it',
          member,
        );
    }
  };
}

function statePaths(family: 'masked' | 'readonly-path'): Handler {
  return (stating, entry, key) => {
    const paths = itemsOf(entry.value, stating);
    stating.state(
      { start: entry.keyStart, end: entry.keyEnd },
      `HostConfig.${key}`,
      factOf(`${family}.*`, paths === undefined ? new Unknown(`${key} is no list`) : false),
    );
    for (const item of paths ?? []) {
      const path = stating.read(word, item);
      if (typeof path === 'string')
        stating.state(item, `HostConfig.${key}: ${path}`, factOf(`${family}.${cleanPath(path)}`, true));
    }
  };
}

const DEFAULT_PERIOD = 100_000;

/** Cores are quota over period, in microseconds; a period of 0 is the kernel's. */
function cpuQuota(period: Entry | undefined): Handler {
  const text = period?.value.kind === 'scalar' ? period.value.text : '';
  const length = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : DEFAULT_PERIOD;
  return (stating, entry, key) => {
    if (!(entry.value.kind === 'scalar' && /^(0|-1)$/.test(entry.value.text)))
      limit('cpu', length)(stating, entry, key);
  };
}

const COMMON: Handlers = {
  Privileged: flag((value) => ({ 'request.privileged': value })),
  ReadonlyRootfs: flag((value) => ({ 'rootfs.readonly': value })),
  OomKillDisable: flag((value) => ({ 'oom-kill-disabled': value })),
  NetworkMode: request((value) => ({ 'request.network': value }), ['request.network']),
  PidMode: namespace('pid', 'private'),
  IpcMode: namespace('ipc', undefined),
  UTSMode: namespace('uts', 'private'),
  CgroupParent: request((value) => ({ 'request.cgroup-parent': value }), ['request.cgroup-parent']),
  Isolation: request((value) => (value === 'hyperv' ? { 'sandbox.kind': 'hypervisor' } : {}), ['sandbox.kind']),
  Memory: limit('memory'),
  MemorySwap: (stating, entry, key) => {
    // 0: the engine decides (twice the memory); -1: no limit.
    if (!(entry.value.kind === 'scalar' && entry.value.text === '0')) limit('memory-swap')(stating, entry, key);
  },
  PidsLimit: limit('pids'),
  ShmSize: limit('shm'),
  NanoCpus: (stating, entry, key) => {
    if (!(entry.value.kind === 'scalar' && entry.value.text === '0')) limit('cpu', 1e9)(stating, entry, key);
  },
  BlkioDeviceReadBps: stateRates,
  BlkioDeviceWriteBps: stateRates,
  OomScoreAdj: (stating, entry) => {
    const value = stating.read(integer, entry.value);
    if (value !== undefined && value !== 0)
      stating.state(siteOf(entry), `HostConfig.OomScoreAdj: ${shown(value)}`, { 'process.oom-score-adj': value });
  },
  Sysctls: (stating, entry) => {
    for (const [name, member] of mapOf(entry.value, stating)?.entries ?? []) {
      const value = stating.read(word, member.value);
      if (value !== undefined)
        stating.state(siteOf(member), `HostConfig.Sysctls: ${name}=${shown(value)}`, factOf(`sysctl.${name}`, value));
    }
  },
  Ulimits: (stating, entry) => {
    for (const item of itemsOf(entry.value, stating) ?? []) stateUlimit(stating, item);
  },
  Devices: (stating, entry) => {
    for (const item of itemsOf(entry.value, stating) ?? []) stateDevice(stating, item);
  },
  GroupAdd: (stating, entry) => {
    for (const item of itemsOf(entry.value, stating) ?? []) {
      const group = stating.read(word, item);
      if (typeof group === 'string')
        stating.state(item, `HostConfig.GroupAdd: ${group}`, factOf(`request.group.${group}`, true));
    }
  },
  ExtraHosts: (stating, entry) => {
    for (const item of itemsOf(entry.value, stating) ?? []) {
      const host = stating.read(word, item);
      if (typeof host === 'string' && /[:=]host-gateway$/.test(host))
        stating.state(item, `HostConfig.ExtraHosts: ${host}`, { 'network.host-gateway-alias': true });
    }
  },
  RestartPolicy: (stating, entry) => {
    const name = entryOf(entry.value, 'Name')?.value;
    const policy = name?.kind === 'scalar' && name.text !== '' ? name.text : 'no';
    stating.state(siteOf(entry), `HostConfig.RestartPolicy.Name: ${policy}`, { 'runtime.restart-policy': policy });
  },
  LogConfig: stateLog,
};

const DOCKER: Handlers = {
  CgroupnsMode: namespace('cgroup', undefined),
  // '': userns-remap of the daemon decides.
  UsernsMode: request((value) => ({ 'request.user-namespace': value }), ['request.user-namespace']),
  Runtime: request((value) => ({ 'request.runtime': value }), ['request.runtime']),
  MaskedPaths: statePaths('masked'),
  ReadonlyPaths: statePaths('readonly-path'),
  DeviceCgroupRules: (stating, entry) => {
    for (const item of itemsOf(entry.value, stating) ?? []) stateDeviceRule(stating, item);
  },
  DeviceRequests: (stating, entry) => {
    const items = itemsOf(entry.value, stating) ?? [];
    if (items.length > 0) stating.state(siteOf(entry), 'HostConfig.DeviceRequests', { 'request.gpus': 'all' });
  },
  StorageOpt: (stating, entry) => {
    const size = entryOf(entry.value, 'size');
    const bytes = size?.value.kind === 'scalar' ? parseBytes(size.value.text) : undefined;
    if (size)
      stating.state(siteOf(size), 'HostConfig.StorageOpt.size', {
        'limit.storage': bytes ?? new Unknown('the size is not understood'),
      });
  },
};

const PODMAN: Handlers = {
  CgroupMode: namespace('cgroup', undefined),
  // Podman names a user namespace only where there is one; a rootless container is then in the engine's.
  UsernsMode: (stating, entry) => {
    const value = stating.read(word, entry.value);
    const text = `HostConfig.UsernsMode: ${JSON.stringify(value instanceof Unknown ? '?' : (value ?? ''))}`;
    if (value instanceof Unknown) stating.state(siteOf(entry), text, { 'request.user-namespace': value });
    else if (value === undefined || value === '')
      stating.state(siteOf(entry), text, { 'request.user-namespace': 'host' });
    else if (value === 'private') stating.state(siteOf(entry), text, { 'namespace.user': 'private' });
    else {
      const joined = new Unknown(`the maps are those of the user namespace of ${value}`);
      stating.state(siteOf(entry), text, {
        'namespace.user': modeOf(value),
        'user-namespace.uid-map': joined,
        'user-namespace.gid-map': joined,
      });
    }
  },
  IDMappings: (stating, entry) => {
    stateMap(stating, entryOf(entry.value, 'UidMap'), 'user-namespace.uid-map');
    stateMap(stating, entryOf(entry.value, 'GidMap'), 'user-namespace.gid-map');
  },
};

/** `INSIDE:OUTSIDE:SIZE`; the outside of a rootless engine is its own namespace, which inspect does not describe. */
function stateMap(
  stating: Stating,
  entry: Entry | undefined,
  key: 'user-namespace.uid-map' | 'user-namespace.gid-map',
): void {
  const items = entry && itemsOf(entry.value, stating);
  if (entry === undefined || items === undefined || items.length === 0) return;
  const maps = items.map((item): IdMap | undefined => {
    const [, inside, outside, size] =
      (item.kind === 'scalar' && /^(\d{1,10}):(\d{1,10}):(\d{1,10})$/.exec(item.text)) || [];
    return size === undefined ? undefined : { inside: Number(inside), outside: Number(outside), size: Number(size) };
  });
  const known = maps.filter((map): map is IdMap => map !== undefined);
  stating.state(
    siteOf(entry),
    `HostConfig.IDMappings: ${known.length} ranges`,
    factOf(key, known.length === maps.length ? known : new Unknown('a range cannot be read')),
  );
}

function stateRates(stating: Stating, entry: Entry, key: string): void {
  const rates = (itemsOf(entry.value, stating) ?? []).flatMap((item) => {
    const rate = entryOf(item, 'Rate')?.value;
    const value = rate && stating.read(integer, rate);
    return typeof value === 'number' ? [value] : [];
  });
  const most = rates.reduce((a, b) => Math.max(a, b), 0);
  if (most > 0) stating.state(siteOf(entry), `HostConfig.${key}`, { 'limit.io': most });
}

function stateUlimit(stating: Stating, item: Node): void {
  const name = entryOf(item, 'Name')?.value;
  const [soft, hard] = ['Soft', 'Hard'].map((key) => {
    const node = entryOf(item, key)?.value;
    return node && stating.read(integer, node);
  });
  if (name?.kind !== 'scalar' || typeof soft !== 'number' || typeof hard !== 'number') return;
  // Podman prints RLIMIT_NOFILE, Docker nofile.
  const key = name.text.replace(/^RLIMIT_/, '').toLowerCase();
  const bound = (value: number) => (value < 0 ? ('unlimited' as const) : value);
  stating.state(
    name,
    `HostConfig.Ulimits: ${key}=${soft}:${hard}`,
    factOf(`rlimit.${key}`, { soft: bound(soft), hard: bound(hard) }),
  );
}

function stateLog(stating: Stating, entry: Entry): void {
  const type = entryOf(entry.value, 'Type')?.value;
  if (type?.kind === 'scalar' && type.text !== '')
    stating.state(type, `HostConfig.LogConfig.Type: ${type.text}`, { 'runtime.log-driver': type.text });
  const size = entryOf(entry.value, 'Config', 'max-size');
  const files = entryOf(entry.value, 'Config', 'max-file')?.value;
  const bytes = size?.value.kind === 'scalar' ? parseBytes(size.value.text) : undefined;
  const count = files?.kind === 'scalar' && /^\d{1,6}$/.test(files.text) ? Number(files.text) : 1;
  if (size && bytes !== undefined)
    stating.state(siteOf(size), 'HostConfig.LogConfig.Config.max-size', { 'limit.log': bytes * count });
}

/** Known keys that do not concern isolation, or that `Mounts` says better. */
const IGNORED: Handlers = Object.fromEntries(
  [
    ...[
      'Annotations',
      'AutoRemove',
      'AutoRemoveImage',
      'Binds',
      'BlkioDeviceReadIOps',
      'BlkioDeviceWriteIOps',
      'BlkioWeight',
      'BlkioWeightDevice',
    ],
    ...[
      'CapAdd',
      'CapDrop',
      'Capabilities',
      'Cgroup',
      'CgroupConf',
      'CgroupManager',
      'Cgroups',
      'ConsoleSize',
      'ContainerIDFile',
      'CpuCount',
    ],
    ...[
      'CpuPercent',
      'CpuPeriod',
      'CpuRealtimePeriod',
      'CpuRealtimeRuntime',
      'CpuShares',
      'CpusetCpus',
      'CpusetMems',
      'DiskQuota',
      'Dns',
    ],
    ...[
      'DnsOptions',
      'DnsSearch',
      'HostsFile',
      'IDMappings',
      'IOMaximumBandwidth',
      'IOMaximumIOps',
      'Init',
      'IntelRdtClosID',
      'KernelMemory',
    ],
    ...[
      'KernelMemoryTCP',
      'Links',
      'MemoryReservation',
      'MemorySwappiness',
      'Mounts',
      'PublishAllPorts',
      'Runtime',
      'StorageOpt',
      'Tmpfs',
    ],
    ...['VolumeDriver', 'VolumesFrom'],
  ].map((key) => [key, 'ignored' as const]),
);
