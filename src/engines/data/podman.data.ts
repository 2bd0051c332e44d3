import type { CapabilityDefaults, EngineData } from '../types.ts';
import {
  CGROUP,
  DENY_ALL_DEVICES,
  DEV,
  DEV_MQUEUE,
  DEV_PTS,
  OCI_DEVICES,
  OCI_READONLY_PATHS,
  POWERCAP_PATH,
  PROC,
  SYS,
  THERMAL_PATHS,
} from './oci-defaults.data.ts';

const CAPABILITIES: CapabilityDefaults = {
  bounding: [
    'AUDIT_WRITE',
    'CHOWN',
    'DAC_OVERRIDE',
    'FOWNER',
    'FSETID',
    'KILL',
    'MKNOD',
    'NET_BIND_SERVICE',
    'NET_RAW',
    'SETFCAP',
    'SETGID',
    'SETPCAP',
    'SETUID',
    'SYS_CHROOT',
  ],
  inheritable: 'bounding',
  ambient: 'added-for-non-root',
  nonRoot: 'added',
};

/** Without AUDIT_WRITE, MKNOD and NET_RAW. */
const FEWER: CapabilityDefaults['bounding'] = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
];

const MASKED = [
  '/proc/acpi',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/sys/firmware',
  '/sys/fs/selinux',
];

function profile(id: string) {
  return {
    profile: id,
    applied: 'unless-privileged',
    overriddenBy: ['/etc/containers/seccomp.json', '/usr/share/containers/seccomp.json'],
  } as const;
}

/*
 * containers/podman by tag, and the containers/common (since 5.7 go.podman.io/common) that its go.mod requires: pkg/config/default.go,
 * pkg/seccomp/seccomp.json. What a distribution's containers.conf changes is not here (Fedora sets net.ipv4.ping_group_range, for one),
 * and the packaged /usr/share/containers/seccomp.json, where there is one, replaces the profile that is built in.
 */
export const PODMAN: EngineData = {
  name: 'podman',
  title: 'Podman',
  verifiedThrough: '5.8.2',
  revisions: [
    {
      since: '4.0.0',
      source: 'containers/podman v4.0.0 pkg/specgen/generate, libpod; containers/common v0.47.4 pkg/config/default.go',
      capabilities: CAPABILITIES,
      seccomp: profile('common-0.44'),
      noNewPrivileges: false,
      maskedPaths: [...MASKED, '/sys/dev/block'],
      readonlyPaths: ['/proc/asound', ...OCI_READONLY_PATHS],
      mounts: [
        PROC,
        DEV,
        DEV_PTS,
        DEV_MQUEUE,
        SYS,
        { ...CGROUP, options: ['rprivate', ...CGROUP.options] },
        {
          destination: '/dev/shm',
          type: 'bind',
          source: 'shm',
          options: ['bind', 'rprivate', 'nosuid', 'noexec', 'nodev'],
        },
      ],
      devices: OCI_DEVICES,
      deviceRules: [DENY_ALL_DEVICES],
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
      apparmor: { profile: 'containers-default-{version}', applied: 'if-enabled' },
      selinux: { type: 'container_t', applied: 'if-enabled' },
      ulimits: [
        { name: 'nofile', soft: 1048576, hard: 1048576 },
        { name: 'nproc', soft: 'pid-max', hard: 'pid-max' },
      ],
      pidsLimit: 2048,
      memoryLimit: 'none',
      cpuLimit: 'none',
      shmSize: 67108864,
      oomScoreAdj: 'inherit',
      network: { mode: 'default-bridge', interContainer: true, rootless: 'slirp4netns' },
      sysctls: [],
      hostname: 'container-id',
      rootfsReadonly: false,
      rootfsPropagation: 'private',
      bindPropagation: 'rprivate',
      runtime: 'crun',
      privileged: {
        capabilities: 'engine',
        seccomp: 'unconfined',
        explicitSeccompHolds: true,
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
      },
      rootless: { userNamespace: 'private', deviceRules: 'none', networkMode: 'slirp4netns' },
    },
    {
      since: '4.0.3',
      source: 'containers/podman v4.0.3 pkg/specgen/generate/security.go (CVE-2022-27649)',
      capabilities: { ...CAPABILITIES, inheritable: 'added-for-non-root' },
    },
    {
      since: '4.1.0',
      source: 'containers/podman v4.1.0: containers/common v0.48.0 pkg/config/default.go, pkg/seccomp',
      seccomp: profile('common-0.48'),
      ipcMode: 'shareable',
    },
    {
      since: '4.2.0',
      source: 'containers/podman v4.2.0: containers/common v0.49.1 pkg/seccomp',
      seccomp: profile('common-0.49'),
    },
    {
      since: '4.4.0',
      source: 'containers/podman v4.4.0: containers/common v0.51.0 pkg/config/default.go',
      capabilities: {
        bounding: FEWER.filter((capability) => capability !== 'SYS_CHROOT'),
        inheritable: 'added-for-non-root',
        ambient: 'added-for-non-root',
        nonRoot: 'added',
      },
    },
    {
      since: '4.4.3',
      source: 'containers/podman v4.4.3: containers/common v0.51.1 pkg/config/default.go',
      capabilities: {
        bounding: FEWER,
        inheritable: 'added-for-non-root',
        ambient: 'added-for-non-root',
        nonRoot: 'added',
      },
    },
    {
      since: '5.0.0',
      source: 'containers/podman v5.0.0: containers/common v0.58.0 pkg/config/default.go, pkg/seccomp',
      seccomp: profile('common-0.58'),
      maskedPaths: [...MASKED, '/sys/dev/block', POWERCAP_PATH],
      network: { mode: 'default-bridge', interContainer: true, rootless: 'pasta' },
      rootless: { userNamespace: 'private', deviceRules: 'none', networkMode: 'pasta' },
    },
    {
      since: '5.2.0',
      source: 'containers/podman v5.2.0: containers/common v0.60.0 pkg/seccomp',
      seccomp: profile('common-0.60'),
    },
    {
      since: '5.3.0',
      source:
        'containers/podman v5.3.0: containers/common v0.61.0 pkg/config/default.go (no nproc), podman RLimitDefaultValue',
      ulimits: [
        { name: 'nofile', soft: 1048576, hard: 1048576 },
        { name: 'nproc', soft: 1048576, hard: 1048576 },
      ],
    },
    {
      since: '5.4.0',
      source:
        'containers/podman v5.4.0: containers/common v0.62.0 pkg/config/default.go (/sys/dev/block no longer masked)',
      maskedPaths: [...MASKED, POWERCAP_PATH],
    },
    {
      since: '5.5.0',
      source: 'containers/podman v5.5.0: containers/common v0.63.0 pkg/config/default.go, pkg/seccomp',
      seccomp: profile('common-0.63'),
      maskedPaths: [...MASKED, POWERCAP_PATH, ...THERMAL_PATHS],
    },
    {
      since: '5.8.0',
      source: 'containers/podman v5.8.0: go.podman.io/common v0.67.0 pkg/seccomp (the same in v5.8.2)',
      seccomp: profile('common-0.67'),
    },
  ],
};
