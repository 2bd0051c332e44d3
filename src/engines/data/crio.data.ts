import type { CapabilityDefaults, EngineData } from '../types.ts';
import {
  CGROUP,
  DENY_ALL_DEVICES,
  DEV,
  DEV_MQUEUE,
  DEV_PTS,
  OCI_DEVICES,
  POWERCAP_PATH,
  PROC,
  SYS,
  THERMAL_PATHS,
} from './oci-defaults.data.ts';

const CAPABILITIES: CapabilityDefaults = {
  bounding: ['CHOWN', 'DAC_OVERRIDE', 'FSETID', 'FOWNER', 'SETGID', 'SETUID', 'SETPCAP', 'NET_BIND_SERVICE', 'KILL'],
  inheritable: 'empty',
  ambient: 'empty',
  nonRoot: 'empty',
};

function profile(id: string) {
  return { profile: id, applied: 'on-request' } as const;
}

/*
 * cri-o/cri-o by tag: pkg/config/config.go, internal/config/{capabilities,seccomp,apparmor}, internal/factory/container, server. Its seccomp
 * profile is that of containers/common without the calls that make namespaces, and conditions for these instead. The kubelet sends masked
 * and read-only paths; from 1.33 on those of `maskedPaths` are added, unless the kubelet sends none (`procMount: Unmasked`).
 */
export const CRIO: EngineData = {
  name: 'crio',
  title: 'CRI-O',
  verifiedThrough: '1.36.3',
  revisions: [
    {
      since: '1.24.0',
      source:
        'cri-o/cri-o v1.24.0 pkg/config, internal/config, internal/factory/container, server; containers/common v0.46.1-0.20211001',
      capabilities: CAPABILITIES,
      seccomp: profile('crio-1.24'),
      mounts: [
        PROC,
        DEV,
        DEV_PTS,
        DEV_MQUEUE,
        SYS,
        CGROUP,
        { destination: '/dev/shm', type: 'bind', source: 'sandbox-shm', options: ['rw', 'bind'] },
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
      apparmor: { profile: 'crio-default', applied: 'if-enabled' },
      selinux: { type: 'container_t', applied: 'if-enabled' },
      ulimits: [],
      pidsLimit: 'none',
      sysctls: [],
      rootfsReadonly: false,
      rootfsPropagation: 'private',
      bindPropagation: 'rprivate',
      runtime: 'runc',
      privileged: {
        capabilities: 'all',
        seccomp: 'unconfined',
        explicitSeccompHolds: false,
        apparmor: 'unconfined',
        explicitApparmorHolds: false,
        selinux: 'disabled',
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
      since: '1.24.3',
      source: 'cri-o/cri-o v1.24.3 pkg/config/config.go (add_inheritable_capabilities on in the rest of 1.24)',
      capabilities: { ...CAPABILITIES, inheritable: 'bounding' },
    },
    {
      since: '1.25.0',
      source: 'cri-o/cri-o v1.25.0 internal/factory/container, internal/config/seccomp; containers/common v0.49.1',
      capabilities: CAPABILITIES,
      seccomp: profile('crio-1.25'),
    },
    {
      since: '1.29.9',
      source: 'cri-o/cri-o v1.29.9 internal/config/seccomp/seccomp.go',
      seccomp: profile('crio-1.29.9'),
    },
    {
      since: '1.30.0',
      source: 'cri-o/cri-o v1.30.0 internal/config/seccomp/seccomp.go (branched before 1.29.9)',
      seccomp: profile('crio-1.25'),
    },
    {
      since: '1.30.6',
      source: 'cri-o/cri-o v1.30.6 internal/config/seccomp/seccomp.go',
      seccomp: profile('crio-1.29.9'),
    },
    {
      since: '1.31.0',
      source: 'cri-o/cri-o v1.31.0 pkg/config/config_linux.go; containers/common v0.60.2',
      seccomp: profile('crio-1.31'),
      runtime: 'crun',
    },
    {
      since: '1.33.0',
      source: 'cri-o/cri-o v1.33.0 server/masked_paths.go; containers/common v0.63.0 pkg/config, pkg/seccomp',
      seccomp: profile('crio-1.33'),
      maskedPaths: [
        '/proc/acpi',
        '/proc/asound',
        '/proc/kcore',
        '/proc/keys',
        '/proc/latency_stats',
        '/proc/sched_debug',
        '/proc/scsi',
        '/proc/timer_list',
        '/proc/timer_stats',
        POWERCAP_PATH,
        '/sys/firmware',
        '/sys/fs/selinux',
        ...THERMAL_PATHS,
      ],
    },
    {
      since: '1.35.1',
      source: 'cri-o/cri-o v1.35.1 internal/config/seccomp; go.podman.io/common v0.66.2-0.20260126',
      seccomp: profile('crio-1.35.1'),
    },
  ],
};
