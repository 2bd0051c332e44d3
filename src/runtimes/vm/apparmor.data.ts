/**
 * What the profiles that engines load by default say, in apparmor.d(5)'s words: moby/profiles apparmor/template.go, v0.2.1, and containers/common
 * pkg/apparmor/apparmor_linux_template.go, v0.64. `PROFILE` stands for the profile's own name.
 */
const SHARED: readonly string[] = [
  'include <abstractions/base>',
  'network,',
  'capability,',
  'file,',
  'umount,',
  ...['unconfined', 'runc', 'crun'].map((sender) => `signal (receive) peer=${sender},`),
  'signal (send,receive) peer="PROFILE",',
  'deny mount,',
  'ptrace (trace,tracedby,read,readby) peer="PROFILE",',
  ...[
    ['@{PROC}/*', 'w'],
    ['@{PROC}/sys/[^k]**', 'w'],
    ['@{PROC}/sys/kernel/{?,??,[^s][^h][^m]**}', 'w'],
    ['@{PROC}/sysrq-trigger', 'rwklx'],
    ['@{PROC}/kcore', 'rwklx'],
    ['/sys/[^f]*/**', 'wklx'],
    ['/sys/f[^s]*/**', 'wklx'],
    ['/sys/fs/[^c]*/**', 'wklx'],
    ['/sys/fs/c[^g]*/**', 'wklx'],
    ['/sys/fs/cg[^r]*/**', 'wklx'],
    ['/sys/firmware/**', 'rwklx'],
    ['/sys/devices/virtual/powercap/**', 'rwklx'],
    ['/sys/kernel/security/**', 'rwklx'],
  ].map(([path, access]) => `deny ${path} ${access},`),
];

/** Folders of /proc but those of processes: the classes of the earlier form take `/` in, too. */
const NUMBERS_ONLY =
  'deny @{PROC}/{[^1-9/],[^1-9/][^0-9/],[^1-9s/][^0-9y/][^0-9s/],[^1-9/][^0-9/][^0-9/][^0-9/]*}/** w,';
const EARLIER = 'deny @{PROC}/{[^1-9],[^1-9][^0-9],[^1-9s][^0-9y][^0-9s],[^1-9][^0-9][^0-9][^0-9]*}/** w,';

export const PROFILES: readonly { readonly name: string; readonly rules: readonly string[] }[] = [
  { name: 'docker-default', rules: [...SHARED, NUMBERS_ONLY, 'deny network alg,'] },
  { name: 'containers-default', rules: [...SHARED, EARLIER] },
  { name: 'crio-default', rules: [...SHARED, EARLIER] },
  { name: 'cri-containerd.apparmor.d', rules: [...SHARED, NUMBERS_ONLY] },
];
