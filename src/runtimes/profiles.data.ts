/**
 * The profiles of the lab: the same few demands put to every runtime. A profile is written as options of `docker run`, which say all
 * that a configuration needs; a runtime without configurations has command lines of its own for the profiles that it can express.
 */
export interface Profile {
  readonly name: string;
  readonly title: string;
  /** Options of `docker run` that ask for it. */
  readonly options: readonly string[];
  /** In a user namespace of its own, which no option of `docker run` asks for: the daemon's `userns-remap` does. */
  readonly userNamespace?: boolean;
}

export const PROFILES = [
  { name: 'default', title: 'what the runtime does when nothing is said', options: [] },
  {
    name: 'hardened',
    title: 'an ordinary user, no capabilities, no new privileges, read-only, no network, limits',
    options: [
      ...['--user', '65534:65534', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--read-only'],
      ...['--network', 'none', '--pids-limit', '64', '--memory', '256m', '--cpus', '1', '--ipc', 'none'],
      ...['--cgroupns', 'private', '--ulimit', 'nofile=1024:1024', '--ulimit', 'core=0'],
    ],
  },
  { name: 'privileged', title: 'every capability, no filter, all devices', options: ['--privileged'] },
  { name: 'rootless', title: 'the default in a user namespace of its own', options: [], userNamespace: true },
  { name: 'no-seccomp', title: 'the default without a filter', options: ['--security-opt', 'seccomp=unconfined'] },
  { name: 'all-capabilities', title: 'the default with every capability', options: ['--cap-add', 'ALL'] },
  {
    name: 'host-namespaces',
    title: "the default in the host's namespaces of processes, network, IPC and names",
    options: ['--pid', 'host', '--network', 'host', '--ipc', 'host', '--uts', 'host', '--cgroupns', 'host'],
  },
] as const satisfies readonly Profile[];

export type ProfileName = (typeof PROFILES)[number]['name'];
