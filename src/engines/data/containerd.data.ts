import type { CapabilityDefaults, EngineData } from '../types.ts';
import { CGROUP, DENY_ALL_DEVICES, DEV, DEV_MQUEUE, DEV_PTS, OCI_DEVICES, PROC, SYS } from './oci-defaults.data.ts';

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
  inheritable: 'empty',
  ambient: 'empty',
  nonRoot: 'empty',
};

function profile(id: string) {
  return { profile: id, applied: 'on-request' } as const;
}

/*
 * containerd as the kubelet's engine (the CRI plugin). Masked and read-only paths are absent on purpose: the kubelet sends them, and the
 * lists of containerd's own oci package hold for its other clients only. containerd/containerd by tag: oci/ and pkg/cri (1.x), pkg/oci and
 * internal/cri (2.x), contrib/seccomp. Profiles were made by running `DefaultProfile` of each release for each capability and architecture.
 * The AF_ALG refusal of 2026-05 never came to 2.1.
 */
export const CONTAINERD: EngineData = {
  name: 'containerd',
  title: 'containerd (CRI)',
  verifiedThrough: '2.4.2',
  revisions: [
    {
      since: '1.6.0',
      source:
        'containerd/containerd v1.6.0 oci/spec.go, oci/spec_opts.go, pkg/cri/server, pkg/cri/config, contrib/seccomp',
      capabilities: { ...CAPABILITIES, inheritable: 'bounding' },
      seccomp: profile('containerd-1.6.0'),
      mounts: [
        PROC,
        DEV,
        DEV_PTS,
        DEV_MQUEUE,
        SYS,
        CGROUP,
        { destination: '/dev/shm', type: 'bind', source: 'sandbox-shm', options: ['rbind', 'rprivate', 'rw'] },
      ],
      devices: OCI_DEVICES,
      deviceRules: [DENY_ALL_DEVICES],
      namespaces: {
        pid: 'private',
        net: 'pod',
        ipc: 'pod',
        uts: 'pod',
        mnt: 'private',
        user: 'host',
        cgroup: { v1: 'host', v2: 'private' },
        time: 'host',
      },
      ipcMode: 'pod',
      // internal/cri/server/podsandbox/sandbox_run_linux.go (2.x), pkg/cri/server/sandbox_run_linux.go (1.6): host network drops the UTS namespace.
      hostNetworkSharesUts: true,
      apparmor: { profile: 'cri-containerd.apparmor.d', applied: 'if-enabled' },
      selinux: { type: 'container_t', applied: 'opt-in', setting: 'enable_selinux' },
      ulimits: [],
      sysctls: [],
      rootfsReadonly: false,
      rootfsPropagation: 'private',
      bindPropagation: 'rprivate',
      runtime: 'runc',
      privileged: {
        capabilities: 'engine',
        seccomp: 'unconfined',
        explicitSeccompHolds: false,
        apparmor: 'unconfined',
        explicitApparmorHolds: false,
        selinux: { unknown: 'the process label of privileged CRI containers was not read in containerd' },
        maskedPaths: 'none',
        readonlyPaths: 'none',
        sysfs: 'rw',
        cgroup: 'rw',
        devices: 'host',
        cgroupNamespace: { v1: 'host', v2: 'host' },
        otherNamespaces: 'unchanged',
      },
    },
    {
      since: '1.6.2',
      source: 'containerd/containerd v1.6.2 oci/spec.go, oci/spec_opts.go (CVE-2022-24769)',
      capabilities: CAPABILITIES,
    },
    { since: '1.6.7', source: 'containerd/containerd v1.6.7 contrib/seccomp', seccomp: profile('containerd-1.6.7') },
    { since: '1.6.9', source: 'containerd/containerd v1.6.9 contrib/seccomp', seccomp: profile('containerd-1.6.9') },
    { since: '1.6.16', source: 'containerd/containerd v1.6.16 contrib/seccomp', seccomp: profile('containerd-1.6.16') },
    { since: '1.6.22', source: 'containerd/containerd v1.6.22 contrib/seccomp', seccomp: profile('containerd-1.6.22') },
    { since: '1.6.28', source: 'containerd/containerd v1.6.28 contrib/seccomp', seccomp: profile('containerd-1.6.28') },
    { since: '1.7.0', source: 'containerd/containerd v1.7.0 contrib/seccomp', seccomp: profile('containerd-1.7.0') },
    { since: '1.7.3', source: 'containerd/containerd v1.7.3 contrib/seccomp', seccomp: profile('containerd-1.7.3') },
    { since: '1.7.13', source: 'containerd/containerd v1.7.13 contrib/seccomp', seccomp: profile('containerd-1.7.13') },
    { since: '1.7.32', source: 'containerd/containerd v1.7.32 contrib/seccomp', seccomp: profile('containerd-1.7.32') },
    {
      since: '2.0.0',
      source: 'containerd/containerd v2.0.0 contrib/seccomp, internal/cri/config/config_unix.go',
      seccomp: profile('containerd-2.0.0'),
      sysctls: [
        { name: 'net.ipv4.ip_unprivileged_port_start', value: '0' },
        { name: 'net.ipv4.ping_group_range', value: '0 2147483647', when: 'not-in-user-namespace' },
      ],
    },
    { since: '2.0.9', source: 'containerd/containerd v2.0.9 contrib/seccomp', seccomp: profile('containerd-2.0.9') },
    {
      since: '2.0.14',
      source: 'containerd/containerd v2.0.14 contrib/seccomp (v2.0.13 has the profile before)',
      seccomp: profile('containerd-2.0.14'),
    },
    { since: '2.1.0', source: 'containerd/containerd v2.1.0 contrib/seccomp', seccomp: profile('containerd-2.1.0') },
    { since: '2.2.0', source: 'containerd/containerd v2.2.0 contrib/seccomp', seccomp: profile('containerd-2.2.0') },
    { since: '2.2.4', source: 'containerd/containerd v2.2.4 contrib/seccomp', seccomp: profile('containerd-2.2.4') },
    {
      since: '2.3.0',
      source: 'containerd/containerd v2.3.0 contrib/seccomp (branched before 2.2.4)',
      seccomp: profile('containerd-2.2.0'),
    },
    { since: '2.3.1', source: 'containerd/containerd v2.3.1 contrib/seccomp', seccomp: profile('containerd-2.2.4') },
    {
      since: '2.3.7',
      source: 'containerd/containerd v2.3.7 contrib/seccomp (v2.3.6 has the profile before)',
      seccomp: profile('containerd-2.3.7'),
    },
    {
      since: '2.4.0',
      source: 'containerd/containerd v2.4.0 contrib/seccomp (branched before 2.3.7)',
      seccomp: profile('containerd-2.2.4'),
    },
    {
      since: '2.4.2',
      source: 'containerd/containerd v2.4.2 contrib/seccomp (v2.4.1 has the profile before)',
      seccomp: profile('containerd-2.3.7'),
    },
  ],
};
