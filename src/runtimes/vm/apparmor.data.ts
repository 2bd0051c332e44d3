/**
 * What the profile that Docker loads says, in apparmor.d(5)'s words: moby/profiles apparmor/template.go, v0.2.1. containerd's, Podman's and CRI-O's come
 * from the same template. `PROFILE` stands for its own name.
 */
export const DEFAULT_RULES: readonly string[] = [
  'include <abstractions/base>',
  'network,',
  'deny network alg,',
  'capability,',
  'file,',
  'umount,',
  ...['unconfined', 'runc', 'crun'].map((sender) => `signal (receive) peer=${sender},`),
  'signal (send,receive) peer="PROFILE",',
  'deny mount,',
  'ptrace (trace,tracedby,read,readby) peer="PROFILE",',
  ...[
    ['@{PROC}/*', 'w'],
    ['@{PROC}/{[^1-9/],[^1-9/][^0-9/],[^1-9s/][^0-9y/][^0-9s/],[^1-9/][^0-9/][^0-9/][^0-9/]*}/**', 'w'],
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

/** By the names that the engines give it. */
export const PROFILE_NAMES = [
  'docker-default',
  'containers-default',
  'crio-default',
  'cri-containerd.apparmor.d',
] as const;
