import type { ProfileName } from './profiles.data.ts';

/** What containerd gives when nothing is said (oci/spec.go `defaultUnixCaps`, 1.6). */
const DEFAULT_CAPABILITIES = [
  ...['CHOWN', 'DAC_OVERRIDE', 'FSETID', 'FOWNER', 'MKNOD', 'NET_RAW', 'SETGID', 'SETUID', 'SETFCAP', 'SETPCAP'],
  ...['NET_BIND_SERVICE', 'SYS_CHROOT', 'KILL', 'AUDIT_WRITE'],
] as const;

/** Options of `ctr run` by profile; a text says why there are none. */
export const CTR_OPTIONS: Readonly<Record<ProfileName, readonly string[] | string>> = {
  default: [],
  hardened: [
    ...['--seccomp', '--read-only', '--memory-limit=268435456', '--cpus=1'],
    ...DEFAULT_CAPABILITIES.map((name) => `--cap-drop=CAP_${name}`),
  ],
  privileged: ['--privileged'],
  rootless: ['--uidmap=0:100000:65536', '--gidmap=0:100000:65536'],
  'no-seccomp': 'ctr sets a filter only where it is asked to: its default is that',
  'all-capabilities': 'ctr adds capabilities one by one; --privileged gives all, with all devices',
  'host-namespaces': ['--net-host', ...['pid', 'ipc', 'uts'].map((kind) => `--with-ns=${kind}:/proc/1/ns/${kind}`)],
};
