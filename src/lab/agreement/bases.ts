/** Where configurations begin: what engines start when nothing is said, what they start when privileged, and nothing at all. */
import { assemble, type EngineAtVersion, loadEngine, readChoice } from '../../engines/index.ts';
import { parseKernelVersion, type SeccompPolicy } from '../../kernel/index.ts';
import { resolveProfile } from '../../kernel/seccomp-profile.ts';
import { toOciConfig } from '../../posture/oci.ts';
import { ENGINE_CHOICES } from './choices.data.ts';
import type { DeviceRule, Draft, DraftMount, Rlimit } from './draft.ts';
import type { Here } from './here.ts';

export function loadEngines(): Promise<readonly EngineAtVersion[]> {
  return Promise.all(ENGINE_CHOICES.map((choice) => loadEngine(readChoice(choice))));
}

/** The parts that an engine's defaults decide. */
interface EngineConfig {
  readonly process: Partial<Pick<Draft, 'capabilities' | 'noNewPrivileges' | 'oomScoreAdj' | 'apparmorProfile'>> & {
    readonly rlimits?: readonly Rlimit[];
  };
  readonly mounts: readonly DraftMount[];
  readonly linux: {
    readonly namespaces: readonly { readonly type: string }[];
    readonly resources: { readonly devices?: readonly DeviceRule[]; readonly pids?: { readonly limit: number } };
    readonly sysctl?: Readonly<Record<string, string>>;
    readonly maskedPaths: readonly string[];
    readonly readonlyPaths: readonly string[];
    readonly rootfsPropagation?: string;
  };
}

/** What an engine starts when nothing is said. */
export function engineBase(engine: EngineAtVersion, here: Here): Draft {
  const { process, mounts, linux } = toOciConfig(assemble([], engine, {})).config as unknown as EngineConfig;
  const own = linux.namespaces.map(({ type }) => type);
  return {
    ...BARE,
    // Engines give one where the host has version 2 alone (moby daemon/create_unix.go, `CgroupnsMode`).
    namespaces: here.cgroup === 'v2' && !own.includes('cgroup') ? [...own, 'cgroup'] : own,
    capabilities: process.capabilities ?? BARE.capabilities,
    noNewPrivileges: process.noNewPrivileges ?? false,
    seccomp: filterOf(engine, process.capabilities?.bounding ?? [], here),
    hostname: 'cofferdam',
    rlimits: process.rlimits ?? [],
    oomScoreAdj: process.oomScoreAdj,
    apparmorProfile: process.apparmorProfile,
    mounts,
    maskedPaths: linux.maskedPaths,
    readonlyPaths: linux.readonlyPaths,
    deviceRules: linux.resources.devices,
    limits: linux.resources.pids === undefined ? {} : { pids: linux.resources.pids.limit },
    sysctl: linux.sysctl ?? {},
    rootfsPropagation: linux.rootfsPropagation,
  };
}

const PROFILE_ARCH = { x86_64: 'amd64', aarch64: 'arm64' } as const;

function filterOf(
  { seccompProfile, defaults }: EngineAtVersion,
  capabilities: readonly string[],
  { arch, kernel }: Here,
): SeccompPolicy | undefined {
  const version = parseKernelVersion(kernel);
  if (seccompProfile === undefined || version === undefined || defaults.seccomp?.applied === 'never') return undefined;
  return resolveProfile(seccompProfile.profile, { capabilities, arch: PROFILE_ARCH[arch], kernel: version });
}

/** Each engine's filter as it is for these capabilities: some calls are let through for them. */
export function engineFilters(engines: readonly EngineAtVersion[], here: Here): readonly SeccompPolicy[] {
  const few = ['CAP_CHOWN', 'CAP_SETUID', 'CAP_SETGID', 'CAP_KILL'];
  const held = [few, [...few, 'CAP_SYS_ADMIN', 'CAP_SYS_PTRACE'], here.capabilities];
  return engines.flatMap((engine) => held.flatMap((capabilities) => filterOf(engine, capabilities, here) ?? []));
}

const PROC = { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid', 'nodev', 'noexec'] };
const DEV = { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755'] };

/** The least that can be started, with nothing taken away and nothing given. */
export const BARE: Draft = {
  namespaces: ['mount', 'pid'],
  maps: { uid: [], gid: [] },
  user: { uid: 0, gid: 0, additionalGids: [] },
  capabilities: { bounding: [], effective: [], permitted: [], inheritable: [], ambient: [] },
  noNewPrivileges: false,
  seccomp: undefined,
  rlimits: [],
  oomScoreAdj: undefined,
  apparmorProfile: undefined,
  readonlyRoot: false,
  mounts: [PROC, DEV],
  maskedPaths: [],
  readonlyPaths: [],
  devices: [],
  deviceRules: undefined,
  limits: {},
  sysctl: {},
  hostname: undefined,
  rootfsPropagation: undefined,
};

/** As `docker run --privileged`: moby daemon/oci_linux.go `WithMounts`, `WithDevices`, `WithCapabilities`. */
export function privilegedBase(engine: Draft, here: Here): Draft {
  const all = here.capabilities;
  const writable = (mount: DraftMount): DraftMount => ({
    ...mount,
    options: mount.options.map((option) => (option === 'ro' ? 'rw' : option)),
  });
  return {
    ...engine,
    capabilities: { bounding: all, effective: all, permitted: all, inheritable: [], ambient: [] },
    seccomp: undefined,
    apparmorProfile: undefined,
    mounts: engine.mounts.map(writable),
    maskedPaths: [],
    readonlyPaths: [],
    devices: here.devices.map((device) => ({ ...device, fileMode: 0o666 })),
    deviceRules: [{ allow: true, type: 'a', access: 'rwm' }],
  };
}
