/**
 * Runtimes that start a program by themselves, without a configuration of ours: the command that a user would write down for a
 * usual sandbox. Another command line is another sandbox: `exec:'…'` takes any.
 */
export interface SandboxCommand {
  readonly name: string;
  readonly title: string;
  /** Prints a version, as proof that it is there. */
  readonly version: readonly string[];
  /** The package that has it in Debian and its relatives. */
  readonly debian: string;
  /** Only root can. */
  readonly needsRoot?: boolean;
  /** `{stub}`: the stub's path outside; `{root}`: a root folder with it at /stub; `{name}`: a name that nothing else has. */
  readonly argv: readonly string[];
  /** Left behind outside its folder. */
  readonly leaves?: readonly string[];
}

export const SANDBOX_COMMANDS: readonly SandboxCommand[] = [
  {
    name: 'bwrap',
    title: 'bubblewrap: every namespace, no capabilities, no seccomp policy of its own',
    version: ['bwrap', '--version'],
    debian: 'bubblewrap',
    argv: [
      ...['bwrap', '--unshare-all', '--die-with-parent', '--new-session', '--ro-bind', '{root}', '/'],
      ...['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', '/stub'],
    ],
  },
  {
    name: 'systemd-nspawn',
    title: 'systemd-nspawn: a container for a whole system, with its own seccomp policy',
    version: ['systemd-nspawn', '--version'],
    debian: 'systemd-container',
    needsRoot: true,
    argv: [
      ...['systemd-nspawn', '--quiet', '--register=no', '--keep-unit', '--pipe', '--machine={name}'],
      ...['--directory={root}', '/stub'],
    ],
    leaves: ['/run/systemd/nspawn/propagate/{name}'],
  },
  {
    name: 'firejail',
    title: 'firejail: the default profile over the host file system, with its /tmp (the stub may lie there)',
    version: ['firejail', '--version'],
    debian: 'firejail',
    argv: ['firejail', '--quiet', '--ignore=private-tmp', '{stub}'],
  },
];
