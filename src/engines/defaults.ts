import { type Capability, type KernelVersion, kernelAtLeast } from '../kernel/index.ts';
import type { SeccompProfile } from '../kernel/seccomp-profile.ts';
import {
  type DeviceRule,
  type FactTypes,
  factOf,
  type Mount,
  type NamespaceMode,
  type Propagation,
  type Source,
  type Statement,
  Unknown,
  type Value,
} from '../posture/index.ts';
import { RUNTIME_DEVICE_RULES } from './data/oci-runtimes.data.ts';
import type { EngineDefaults, MountDefault, NamespaceDefault } from './types.ts';
import { isUnestablished } from './types.ts';

type Facts = Statement['facts'];

/** What turns an engine's data into facts: its version, the profile already loaded, what is known of the host. */
export interface EngineAtVersion {
  /** `docker@29.7.2` */
  readonly title: string;
  readonly name: string;
  readonly version: string;
  readonly defaults: EngineDefaults;
  readonly cites: Readonly<Record<string, string>>;
  readonly seccompProfile: { readonly name: string; readonly profile: SeccompProfile } | undefined;
}

/** What of the host an engine's defaults depend on; undefined where the host is not described. */
export interface HostFacts {
  readonly cgroup: FactTypes['host.cgroup'] | undefined;
  readonly kernel: KernelVersion | undefined;
}

/** The statements an engine makes when nothing is said: the bottom of every posture that it starts. */
export function defaultStatements(engine: EngineAtVersion, host: HostFacts): Statement[] {
  const { defaults } = engine;
  const make = (key: keyof EngineDefaults, facts: Facts): Statement => ({
    phase: 'create',
    source: sourceOf(engine, key),
    facts,
  });
  const statements: (Statement | undefined)[] = [
    make('source' as keyof EngineDefaults, {
      'sandbox.kind': 'os',
      'engine.name': engine.name,
      'engine.version': engine.version,
      'engine.rootless': false,
      'request.privileged': false,
    }),
    make('capabilities', capabilityFacts(defaults)),
    defaults.seccomp && make('seccomp', { seccomp: seccompFact(engine) }),
    defaults.noNewPrivileges !== undefined
      ? make('noNewPrivileges', { 'process.no-new-privileges': defaults.noNewPrivileges })
      : undefined,
    make('maskedPaths', flagFacts('masked.', defaults.maskedPaths ?? [])),
    make('readonlyPaths', flagFacts('readonly-path.', defaults.readonlyPaths ?? [])),
    defaults.mounts && make('mounts', mountFacts(defaults.mounts, host.cgroup)),
    make('devices', { 'device.*': 'default' }),
    defaults.deviceRules && make('deviceRules', { 'device-rules': deviceRules(engine.name, defaults.deviceRules) }),
    defaults.namespaces && make('namespaces', namespaceFacts(defaults, host)),
    make('apparmor', { 'lsm.apparmor': defaults.apparmor?.profile ?? 'unconfined' }),
    make('selinux', {
      'lsm.selinux': defaults.selinux?.applied === 'if-enabled' ? { type: defaults.selinux.type } : {},
    }),
    make('recursiveReadonly', { 'engine.recursive-readonly': recursiveReadonly(defaults, host.kernel) }),
    make('pidsLimit', limitFacts(defaults)),
    make('ulimits', ulimitFacts(defaults)),
    make('sysctls', joined((defaults.sysctls ?? []).map((sysctl) => factOf(`sysctl.${sysctl.name}`, sysctl.value)))),
    make('rootfsReadonly', {
      'rootfs.readonly': defaults.rootfsReadonly ?? false,
      'rootfs.propagation': defaults.rootfsPropagation ?? 'private',
    }),
    typeof defaults.oomScoreAdj === 'number'
      ? make('oomScoreAdj', { 'process.oom-score-adj': defaults.oomScoreAdj })
      : undefined,
    defaults.network &&
      make('network', {
        'network.mode': networkMode(defaults),
        'network.host-gateway-alias': false,
        'oom-kill-disabled': false,
        'process.terminal': false,
      }),
    make('runtime', runtimeFacts(defaults)),
    // Engines start an image as root where neither it nor the request names a user; what a remote image says is not known here.
    make('source' as keyof EngineDefaults, { 'process.uid': 0, 'process.gid': 0 }),
  ];
  return statements.filter((statement) => statement !== undefined);
}

export function sourceOf(engine: EngineAtVersion, key: string): Source {
  return {
    kind: 'default',
    engine: engine.title,
    cite: engine.cites[key] ?? engine.cites.capabilities ?? engine.title,
  };
}

function capabilityFacts(defaults: EngineDefaults): Facts {
  const set = defaults.capabilities;
  if (set === undefined) return {};
  const inheritable = set.inheritable === 'bounding' ? set.bounding : [];
  const ambient = set.ambient === 'bounding' ? set.bounding : [];
  return {
    'capability.bounding.*': false,
    'capability.inheritable.*': false,
    'capability.ambient.*': false,
    ...capabilitySet('bounding', set.bounding),
    ...capabilitySet('inheritable', inheritable),
    ...capabilitySet('ambient', ambient),
  };
}

export function capabilitySet(set: 'bounding' | 'inheritable' | 'ambient', names: readonly Capability[]): Facts {
  return joined(names.map((name) => factOf(`capability.${set}.${name}`, true)));
}

/** What `RuntimeDefault`, or nothing said, means. */
function seccompFact(engine: EngineAtVersion): Value<FactTypes['seccomp']> {
  return engine.defaults.seccomp?.applied === 'unless-privileged'
    ? runtimeDefaultSeccomp(engine)
    : { kind: 'unconfined' };
}

export function runtimeDefaultSeccomp(engine: EngineAtVersion): Value<FactTypes['seccomp']> {
  const profile = engine.defaults.seccomp?.profile;
  if (isUnestablished(profile)) return new Unknown(profile.unknown);
  if (engine.seccompProfile === undefined) return { kind: 'unconfined' };
  return { kind: 'profile', ...engine.seccompProfile };
}

function flagFacts(family: 'masked.' | 'readonly-path.', paths: readonly string[]): Facts {
  return joined([factOf(`${family}*`, false), ...paths.map((path) => factOf(`${family}${path}`, true))]);
}

function mountFacts(mounts: readonly MountDefault[], cgroup: FactTypes['host.cgroup'] | undefined): Facts {
  const version = cgroup === 'v2' ? 'cgroup-v2' : 'cgroup-v1';
  const kept = mounts.filter((mount) => mount.when === undefined || (mount.when === version && cgroup !== undefined));
  return joined(kept.map((mount) => factOf(`mount.${mount.destination}`, mountValue(mount))));
}

function mountValue(mount: MountDefault): Mount {
  const has = (option: string) => mount.options.includes(option);
  return {
    type: mount.type === 'bind' ? 'engine-file' : mount.type,
    source: mount.source,
    readonly: has('ro'),
    nosuid: has('nosuid'),
    nodev: has('nodev'),
    noexec: has('noexec'),
    propagation: propagationOf(mount.options) ?? 'private',
  };
}

function propagationOf(options: readonly string[]): Propagation | undefined {
  if (options.includes('rshared') || options.includes('shared')) return 'shared';
  return options.includes('rslave') || options.includes('slave') ? 'slave' : undefined;
}

/** do_mount_setattr(), fs/namespace.c: Linux 5.12 is the first that makes a tree of mounts read-only at once. */
function recursiveReadonly(defaults: EngineDefaults, kernel: KernelVersion | undefined): Value<boolean> {
  if (defaults.recursiveReadonly === undefined) return false;
  if (kernel === undefined) return new Unknown('read-only for what is mounted below where the kernel can (5.12)');
  return kernelAtLeast(kernel, { major: 5, minor: 12, patch: 0 });
}

/** The OCI runtime adds its own rules behind those of an engine. */
function deviceRules(engine: string, rules: readonly DeviceRule[]): readonly DeviceRule[] {
  return engine === 'runc' || engine === 'crun' ? rules : [...rules, ...RUNTIME_DEVICE_RULES];
}

function namespaceFacts(defaults: EngineDefaults, { cgroup, kernel }: HostFacts): Facts {
  const modes = defaults.namespaces;
  if (modes === undefined) return {};
  const mode = (value: NamespaceDefault): NamespaceMode => (value === 'pod' ? 'private' : value);
  const { v1, v2 } = modes.cgroup;
  const cgroupMode: Value<NamespaceMode> =
    v1 === v2
      ? mode(v1)
      : cgroup === undefined
        ? new Unknown('the default depends on the cgroup version of the host')
        : mode(cgroup === 'v2' ? v2 : v1);
  return {
    'namespace.pid': mode(modes.pid),
    'namespace.net': mode(modes.net),
    'namespace.ipc': mode(modes.ipc),
    'namespace.uts': mode(modes.uts),
    'namespace.mnt': mode(modes.mnt),
    'namespace.user': mode(modes.user),
    'namespace.cgroup': cgroupMode,
    'namespace.time': modes.time === 'private-if-supported' ? timeMode(kernel) : mode(modes.time),
  };
}

/** Time namespaces are in Linux since 5.6. */
function timeMode(kernel: KernelVersion | undefined): Value<NamespaceMode> {
  if (kernel === undefined) return new Unknown('private where the kernel has time namespaces (5.6)');
  return kernelAtLeast(kernel, { major: 5, minor: 6, patch: 0 }) ? 'private' : 'host';
}

function limitFacts(defaults: EngineDefaults): Facts {
  return {
    'limit.pids': defaults.pidsLimit ?? 'none',
    'limit.memory': defaults.memoryLimit ?? 'none',
    'limit.memory-swap': 'none',
    'limit.cpu': defaults.cpuLimit ?? 'none',
    'limit.io': 'none',
    'limit.storage': 'none',
    ...(defaults.shmSize !== undefined && { 'limit.shm': defaults.shmSize }),
  };
}

function ulimitFacts(defaults: EngineDefaults): Facts {
  if (defaults.ulimits === undefined || isUnestablished(defaults.ulimits)) return {};
  const value = (limit: number | string) => (typeof limit === 'number' || limit === 'unlimited' ? limit : undefined);
  return joined(
    defaults.ulimits.map((limit) => {
      const soft = value(limit.soft) as number | 'unlimited' | undefined;
      const hard = value(limit.hard) as number | 'unlimited' | undefined;
      return factOf(
        `rlimit.${limit.name}`,
        soft === undefined || hard === undefined
          ? new Unknown(`the engine's own limit is passed on (${limit.hard})`)
          : { soft, hard },
      );
    }),
  );
}

function networkMode(defaults: EngineDefaults): FactTypes['network.mode'] {
  const mode = defaults.network?.mode;
  return mode === 'pod' || mode === 'host' ? mode : mode === 'default-bridge' ? 'default-bridge' : 'bridge';
}

function runtimeFacts(defaults: EngineDefaults): Facts {
  return {
    'runtime.name': isUnestablished(defaults.runtime)
      ? new Unknown(defaults.runtime.unknown)
      : (defaults.runtime ?? 'runc'),
  };
}

export function joined(parts: readonly Facts[]): Facts {
  return Object.assign({}, ...parts) as Facts;
}
