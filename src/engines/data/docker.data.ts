import type { CapabilityDefaults, EngineData, MountDefault, PrivilegedDefaults } from '../types.ts';
import {
  characterDevice,
  DENY_ALL_DEVICES,
  DEV,
  DEV_MQUEUE,
  DEV_PTS,
  OCI_DEVICES,
  OCI_MASKED_PATHS,
  OCI_READONLY_PATHS,
  POWERCAP_PATH,
  PROC,
  SYS,
  THERMAL_PATHS,
} from './oci-defaults.data.ts';

const CAPABILITIES: CapabilityDefaults = {
  bounding: [
    'CHOWN',
    'DAC_OVERRIDE',
    'FSETID',
    'FOWNER',
    'MKNOD',
    'NET_RAW',
    'SETGID',
    'SETUID',
    'SETFCAP',
    'SETPCAP',
    'NET_BIND_SERVICE',
    'SYS_CHROOT',
    'KILL',
    'AUDIT_WRITE',
  ],
  inheritable: 'bounding',
  ambient: 'empty',
  nonRoot: 'empty',
};

/** The cgroup mount of Docker has no `relatime`, and the size of /dev/shm is put in at start. */
const MOUNTS: readonly MountDefault[] = [
  PROC,
  DEV,
  DEV_PTS,
  SYS,
  { destination: '/sys/fs/cgroup', type: 'cgroup', source: 'cgroup', options: ['ro', 'nosuid', 'noexec', 'nodev'] },
  DEV_MQUEUE,
  {
    destination: '/dev/shm',
    type: 'tmpfs',
    source: 'shm',
    options: ['nosuid', 'noexec', 'nodev', 'mode=1777', 'size=67108864'],
  },
];

const PRIVILEGED: PrivilegedDefaults = {
  capabilities: 'engine',
  seccomp: 'unconfined',
  explicitSeccompHolds: false,
  apparmor: 'unconfined',
  explicitApparmorHolds: true,
  selinux: 'disabled',
  maskedPaths: 'none',
  readonlyPaths: 'none',
  sysfs: 'rw',
  cgroup: 'rw',
  devices: 'host',
  cgroupNamespace: { v1: 'host', v2: 'private' },
  otherNamespaces: 'unchanged',
};

const WITH_POWERCAP = [...OCI_MASKED_PATHS, POWERCAP_PATH];

const NAMESPACES = {
  pid: 'private',
  net: 'private',
  ipc: 'private',
  uts: 'private',
  mnt: 'private',
  user: 'host',
  cgroup: { v1: 'host', v2: 'private' },
  time: 'host',
} as const;

function profile(id: string) {
  return { profile: id, applied: 'unless-privileged' } as const;
}

/*
 * moby/moby by tag. Up to 28.x: oci/defaults.go, oci/caps, daemon/oci_linux.go, daemon/daemon_unix.go, daemon/seccomp_linux.go,
 * profiles/seccomp/default.json. From 29: the same below daemon/pkg/oci, and the profile from moby/profiles as go.mod requires it.
 * 20.10.22 refused AF_VSOCK sockets, 20.10.23 took that back; 23.0 kept it.
 */
export const DOCKER: EngineData = {
  name: 'docker',
  title: 'Docker Engine',
  verifiedThrough: '29.7.2',
  revisions: [
    {
      since: '20.10.0',
      source: 'moby/moby v20.10.0 oci/defaults.go, oci/caps/defaults.go, daemon/oci_linux.go, daemon/daemon_unix.go',
      capabilities: CAPABILITIES,
      seccomp: profile('docker-20.10.0'),
      noNewPrivileges: false,
      maskedPaths: OCI_MASKED_PATHS,
      readonlyPaths: OCI_READONLY_PATHS,
      mounts: MOUNTS,
      devices: OCI_DEVICES,
      deviceRules: [
        DENY_ALL_DEVICES,
        characterDevice(1, 5),
        characterDevice(1, 3),
        characterDevice(1, 9),
        characterDevice(1, 8),
        characterDevice(5, 0),
        characterDevice(5, 1),
        characterDevice(10, 229, false),
      ],
      namespaces: NAMESPACES,
      ipcMode: 'private',
      apparmor: { profile: 'docker-default', applied: 'if-enabled' },
      selinux: { type: 'container_t', applied: 'opt-in', setting: 'selinux-enabled' },
      ulimits: [],
      pidsLimit: 'none',
      memoryLimit: 'none',
      cpuLimit: 'none',
      shmSize: 67108864,
      oomScoreAdj: 0,
      network: { mode: 'default-bridge', interContainer: true, rootless: 'rootlesskit' },
      sysctls: [
        { name: 'net.ipv4.ip_unprivileged_port_start', value: '0' },
        { name: 'net.ipv4.ping_group_range', value: '0 2147483647', when: 'not-in-user-namespace' },
      ],
      hostname: 'container-id',
      rootfsReadonly: false,
      rootfsPropagation: 'private',
      bindPropagation: 'rprivate',
      // daemon/volumes_linux.go `validateBindDaemonRoot`: else the container would hold mounts that the daemon wants to remove.
      dataRootBindPropagation: 'slave',
      runtime: 'runc',
      privileged: { ...PRIVILEGED, capabilities: 'all', lacks: ['PERFMON', 'BPF', 'CHECKPOINT_RESTORE'] },
      userNamespaceRemap: { cgroup: 'rw' },
      rootless: { userNamespace: 'private', deviceRules: 'unchanged', networkMode: 'rootlesskit' },
    },
    { since: '20.10.4', source: 'moby/moby v20.10.4 profiles/seccomp', seccomp: profile('docker-20.10.4') },
    { since: '20.10.10', source: 'moby/moby v20.10.10 profiles/seccomp', seccomp: profile('docker-20.10.10') },
    {
      since: '20.10.14',
      source: 'moby/moby v20.10.14 oci/defaults.go, oci/oci.go (CVE-2022-24769)',
      capabilities: { ...CAPABILITIES, inheritable: 'empty' },
    },
    { since: '20.10.18', source: 'moby/moby v20.10.18 profiles/seccomp', seccomp: profile('docker-20.10.18') },
    { since: '20.10.22', source: 'moby/moby v20.10.22 profiles/seccomp', seccomp: profile('docker-20.10.22') },
    {
      since: '20.10.23',
      source: 'moby/moby v20.10.23 profiles/seccomp (the change of 20.10.22 taken back)',
      seccomp: profile('docker-20.10.18'),
    },
    { since: '20.10.26', source: 'moby/moby v20.10.26 profiles/seccomp', seccomp: profile('docker-20.10.26') },
    { since: '20.10.27', source: 'moby/moby v20.10.27 oci/defaults.go', maskedPaths: WITH_POWERCAP },
    {
      since: '23.0.0',
      source: 'moby/moby v23.0.0 profiles/seccomp, oci/defaults.go, oci/caps/utils_linux.go',
      seccomp: profile('docker-23.0.0'),
      maskedPaths: OCI_MASKED_PATHS,
      privileged: PRIVILEGED,
    },
    { since: '23.0.7', source: 'moby/moby v23.0.7 profiles/seccomp', seccomp: profile('docker-23.0.7') },
    { since: '23.0.8', source: 'moby/moby v23.0.8 oci/defaults.go', maskedPaths: WITH_POWERCAP },
    { since: '23.0.10', source: 'moby/moby v23.0.10 profiles/seccomp', seccomp: profile('docker-23.0.10') },
    {
      since: '24.0.0',
      source: 'moby/moby v24.0.0 profiles/seccomp, oci/defaults.go (branched before 23.0.7)',
      seccomp: profile('docker-23.0.0'),
      maskedPaths: OCI_MASKED_PATHS,
    },
    { since: '24.0.3', source: 'moby/moby v24.0.3 profiles/seccomp', seccomp: profile('docker-23.0.7') },
    { since: '24.0.7', source: 'moby/moby v24.0.7 oci/defaults.go', maskedPaths: WITH_POWERCAP },
    {
      since: '25.0.0',
      source:
        'moby/moby v25.0.0 profiles/seccomp, daemon/oci_linux.go (ReadOnlyNonRecursive, supportsRecursivelyReadOnly)',
      seccomp: profile('docker-25.0.0'),
      recursiveReadonly: 'where-supported',
    },
    { since: '25.0.3', source: 'moby/moby v25.0.3 profiles/seccomp', seccomp: profile('docker-25.0.3') },
    {
      since: '27.0.1',
      source: 'moby/moby v27.0.1 daemon/seccomp_linux.go (absent in v26.1.5)',
      privileged: { ...PRIVILEGED, explicitSeccompHolds: true },
    },
    {
      since: '28.0.2',
      source: 'moby/moby v28.0.2 oci/defaults.go (2025-03-18)',
      maskedPaths: [...WITH_POWERCAP, ...THERMAL_PATHS],
    },
    { since: '28.2.0', source: 'moby/moby v28.2.0 profiles/seccomp', seccomp: profile('docker-28.2.0') },
    {
      since: '29.4.2',
      source: 'moby/moby docker-v29.4.2 go.mod: moby/profiles/seccomp v0.2.2 (2026-05-01)',
      seccomp: profile('docker-29.4.2'),
    },
    {
      since: '29.4.3',
      source: 'moby/moby docker-v29.4.3 go.mod: moby/profiles/seccomp v0.2.3 (2026-05-06)',
      seccomp: profile('docker-29.4.3'),
    },
    {
      since: '29.5.0',
      source: 'moby/moby docker-v29.5.0 daemon/pkg/oci/defaults.go (2026-05-14)',
      namespaces: { ...NAMESPACES, time: 'private-if-supported' },
    },
  ],
};
