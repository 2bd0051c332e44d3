/**
 * What the profiles that engines load by default refuse. All four come from one template (moby `profiles/apparmor/template.go`,
 * containers/common `pkg/apparmor/apparmor_linux_template.go`, containerd `contrib/apparmor/template.go`), so they share most.
 * Only refusals that the template states are listed; what is not listed is let through.
 */
export interface LsmProfile {
  /** Regular expression over the profile's name. */
  readonly name: string;
  readonly mount: 'refused' | 'allowed';
  /** Paths that cannot be opened for writing. */
  readonly writeRefused: readonly string[];
  /** The template as it was refuses writing `REFUSED_EARLIER`, too: for good, until a release of an engine, or nobody looked. */
  readonly earlier: 'still' | { readonly engine: string; readonly until: string } | 'not known';
  /** Paths that cannot be opened at all. */
  readonly accessRefused: readonly string[];
  /** `ptrace (…) peer=PROFILE`: processes under another profile cannot be traced or read. */
  readonly ptraceOutside: 'refused' | 'allowed';
  /** `deny network FAMILY`, with the release of the engine whose template has it first. */
  readonly socketRefused: readonly { readonly family: string; readonly engine: string; readonly since: string }[];
}

/**
 * Patterns of apparmor.d(5) as regular expressions: `**` after a slash asks for one character at least, and a class takes the place of
 * one character of the name. So `{?,??,[^s][^h][^m]**}` spares more than shm*: sysrq, threads-max, domainname, yama/ptrace_scope.
 */
const WRITE_REFUSED: readonly string[] = [
  '^/proc/[^/]+$',
  '^/proc/(?:[^1-9/]|[^1-9/][^0-9/]|[^1-9s/][^0-9y/][^0-9s/]|[^1-9/][^0-9/][^0-9/][^0-9/][^/]*)/.',
  '^/proc/sys/[^k]',
  '^/proc/sys/kernel/(?:[^/]{1,2}$|[^s][^h][^m])',
  '^/sys/(?:[^f][^/]*|f[^s][^/]*|fs/(?:[^c][^/]*|c[^g][^/]*|cg[^r][^/]*))/.',
];

/** The second of them before its classes left `/` out: that takes in what lies deeper in /proc/sys and /proc/bus. */
export const REFUSED_EARLIER = '^/proc/(?:[^1-9]|[^1-9][^0-9]|[^1-9s][^0-9y][^0-9s]|[^1-9][^0-9][^0-9][^0-9][^/]*)/.';

const SHARED: Omit<LsmProfile, 'name' | 'earlier' | 'socketRefused'> = {
  mount: 'refused',
  writeRefused: WRITE_REFUSED,
  accessRefused: [
    '^/proc/sysrq-trigger$',
    '^/proc/kcore$',
    '^/sys/firmware/.',
    '^/sys/devices/virtual/powercap/.',
    '^/sys/kernel/security/.',
  ],
  ptraceOutside: 'refused',
};

export const APPARMOR_PROFILES: readonly LsmProfile[] = [
  {
    ...SHARED,
    name: '^docker-default$',
    // moby/profiles apparmor v0.2.0 (2026-05-05); docker-v29.4.3 go.mod requires v0.2.1, docker-v29.4.2 v0.1.0.
    earlier: { engine: 'docker', until: '29.4.3' },
    socketRefused: [{ family: 'alg', engine: 'docker', since: '29.4.3' }],
  },
  { ...SHARED, name: '^(containers-default|crio-default)(-.*)?$', earlier: 'still', socketRefused: [] },
  { ...SHARED, name: '^cri-containerd\\.apparmor\\.d$', earlier: 'not known', socketRefused: [] },
];
