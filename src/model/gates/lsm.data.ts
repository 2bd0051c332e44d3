/**
 * What the profiles that engines load by default refuse. All four come from one template (moby `profiles/apparmor/template.go`,
 * containers/common `pkg/apparmor/apparmor_linux_template.go`, containerd `contrib/apparmor/template.go`), so one row serves them.
 * Only refusals that the template states are listed; what is not listed is let through.
 */
export interface LsmProfile {
  /** Regular expression over the profile's name. */
  readonly name: string;
  readonly mount: 'refused' | 'allowed';
  /** Paths that cannot be opened for writing. */
  readonly writeRefused: readonly string[];
  /** Paths that cannot be opened at all. */
  readonly accessRefused: readonly string[];
  /** `ptrace (…) peer=PROFILE`: processes under another profile cannot be traced or read. */
  readonly ptraceOutside: 'refused' | 'allowed';
  /** `deny network FAMILY`, with the release of the engine whose template has it first. */
  readonly socketRefused: readonly { readonly family: string; readonly engine: string; readonly since: string }[];
}

export const APPARMOR_PROFILES: readonly LsmProfile[] = [
  {
    name: '^(docker-default|containers-default(-.*)?|crio-default(-.*)?|cri-containerd\\.apparmor\\.d)$',
    mount: 'refused',
    writeRefused: [
      '^/proc/[^/]+$',
      '^/proc/[^1-9/][^/]*/(?!sys/)',
      '^/proc/sys/[^k]',
      '^/proc/sys/kernel/(?!shm)',
      '^/sys/(?!fs/cgroup(/|$))[^/]+/',
    ],
    accessRefused: [
      '^/proc/sysrq-trigger$',
      '^/proc/kcore$',
      '^/sys/firmware(/|$)',
      '^/sys/devices/virtual/powercap(/|$)',
      '^/sys/kernel/security(/|$)',
    ],
    ptraceOutside: 'refused',
    // moby/profiles apparmor v0.2.0 (2026-05-05); docker-v29.4.3 go.mod requires v0.2.1, docker-v29.4.2 v0.1.0.
    socketRefused: [{ family: 'alg', engine: 'docker', since: '29.4.3' }],
  },
];
