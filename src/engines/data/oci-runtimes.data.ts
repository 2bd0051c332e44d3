import type { DeviceRule } from '../../posture/keys.ts';
import type { CapabilityDefaults, EngineData, EngineDefaults, MountDefault } from '../types.ts';
import {
  CGROUP,
  characterDevice,
  DENY_ALL_DEVICES,
  DEV,
  DEV_MQUEUE,
  DEV_PTS,
  DEV_SHM,
  OCI_DEVICES,
  OCI_MASKED_PATHS,
  OCI_READONLY_PATHS,
  SYS,
} from './oci-defaults.data.ts';

/*
 * What `runc spec` and `crun spec` write, as the base of a bundle made by hand. An engine's container does not start from it.
 * `deviceRules` here are the ones the configuration states, followed by those that the runtime adds to every configuration.
 */

/*
 * `runc spec` before 1.2 and `crun spec` also list the three as ambient, but without them in the inheritable set the kernel refuses that
 * (security/commoncap.c `cap_task_prctl`, PR_CAP_AMBIENT_RAISE): seen with runc 1.1.5, whose uid 1000 starts with nothing.
 */
const CAPABILITIES: CapabilityDefaults = {
  bounding: ['AUDIT_WRITE', 'KILL', 'NET_BIND_SERVICE'],
  inheritable: 'empty',
  ambient: 'empty',
  nonRoot: 'empty',
};

const BARE_PROC: MountDefault = { destination: '/proc', type: 'proc', source: 'proc', options: [] };

const RULES_WITHOUT_TUN: readonly DeviceRule[] = [
  { allow: true, type: 'c', access: 'm' },
  { allow: true, type: 'b', access: 'm' },
  characterDevice(1, 3),
  characterDevice(1, 8),
  characterDevice(1, 7),
  characterDevice(5, 0),
  characterDevice(1, 5),
  characterDevice(1, 9),
  { allow: true, type: 'c', major: 136, access: 'rwm' },
  characterDevice(5, 2),
];

/** Making any node is allowed, opening only these. Of all releases only runc 1.2.0 to 1.2.3 left tun out. */
export const RUNTIME_DEVICE_RULES: readonly DeviceRule[] = [...RULES_WITHOUT_TUN, characterDevice(10, 200)];

const SPEC: EngineDefaults = {
  seccomp: { profile: null, applied: 'never' },
  noNewPrivileges: true,
  maskedPaths: OCI_MASKED_PATHS,
  readonlyPaths: OCI_READONLY_PATHS,
  mounts: [BARE_PROC, DEV, DEV_PTS, DEV_SHM, DEV_MQUEUE, SYS, CGROUP],
  devices: OCI_DEVICES,
  namespaces: {
    pid: 'private',
    net: 'private',
    ipc: 'private',
    uts: 'private',
    mnt: 'private',
    user: 'host',
    cgroup: { v1: 'host', v2: 'private' },
    time: 'host',
  },
  ipcMode: 'private',
  ulimits: [{ name: 'nofile', soft: 1024, hard: 1024 }],
  pidsLimit: 'none',
  memoryLimit: 'none',
  cpuLimit: 'none',
  shmSize: 67108864,
  oomScoreAdj: 'inherit',
  network: { mode: 'private', interContainer: false },
  sysctls: [],
  rootfsReadonly: true,
  rootfsPropagation: 'private',
  bindPropagation: 'rprivate',
};

/** opencontainers/runc libcontainer/specconv/{example,spec_linux}.go. */
export const RUNC: EngineData = {
  name: 'runc',
  title: 'runc spec',
  verifiedThrough: '1.5.2',
  revisions: [
    {
      ...SPEC,
      since: '1.1.0',
      source: 'opencontainers/runc v1.1.5 libcontainer/specconv/example.go, spec_linux.go AllowedDevices',
      capabilities: CAPABILITIES,
      hostname: { fixed: 'runc' },
      runtime: 'runc',
      deviceRules: [DENY_ALL_DEVICES, ...RUNTIME_DEVICE_RULES],
    },
    {
      since: '1.2.0',
      source: 'opencontainers/runc v1.2.0 libcontainer/specconv/spec_linux.go (no tun)',
      deviceRules: [DENY_ALL_DEVICES, ...RULES_WITHOUT_TUN],
    },
    {
      since: '1.2.4',
      source: 'opencontainers/runc v1.2.4 libcontainer/specconv/spec_linux.go (tun again)',
      deviceRules: [DENY_ALL_DEVICES, ...RUNTIME_DEVICE_RULES],
    },
  ],
};

/** containers/crun src/libcrun/{container,spec,cgroup-resources,linux}.c. */
export const CRUN: EngineData = {
  name: 'crun',
  title: 'crun spec',
  verifiedThrough: '1.28',
  revisions: [
    {
      ...SPEC,
      since: '1.4.4',
      source:
        'containers/crun src/libcrun/spec.c and cgroup-resources.c of 2026-08 (after 1.28); ambient set also in 1.4.4, 1.8.1, 1.14',
      capabilities: CAPABILITIES,
      hostname: { fixed: 'crun' },
      runtime: 'crun',
      deviceRules: [DENY_ALL_DEVICES, ...RUNTIME_DEVICE_RULES, characterDevice(5, 1)],
    },
  ],
};
