import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stubPath } from '../agent/index.ts';
import { MACHINE } from '../live/index.ts';
import { type Caretaker, cared } from './caretaker.ts';
import { DEFAULT_TIMEOUT_MS, openFolder, takesNoConfiguration } from './command.ts';
import { RLIMITS } from './embedded/linux.ts';
import { ownLimits } from './embedded/steps/rlimits.ts';
import { ownCapabilities } from './fit.ts';
import { removesGroups } from './groups.ts';
import { launch } from './launch.ts';
import { output } from './output.ts';
import type { Profile } from './profiles.data.ts';
import { rootFolder, STUB_INSIDE } from './root-folder.ts';
import type { Runtime, Sandbox, StartRequest } from './types.ts';
import { installed } from './version.ts';

/**
 * `podman run` on a root folder (`--rootfs`): no image, no store of the user's. Its books lie in our folder; its mounts in a mount
 * namespace that goes with it, where this user may make one.
 */
export function podmanRuntime(options: readonly string[]): Runtime {
  return {
    name: 'podman',
    title: `${['podman run', ...options].join(' ')}, with the engine's defaults`,
    takesConfig: false,
    available: () => installed(['podman', '--version'], 'apt-get install podman'),
    expresses: () => true,
    start: (request) => cared((caretaker) => run(options, request, caretaker)),
  };
}

async function run(
  options: readonly string[],
  { config, profile, timeoutMs = DEFAULT_TIMEOUT_MS }: StartRequest,
  caretaker: Caretaker,
): Promise<Sandbox> {
  if (config !== undefined) throw takesNoConfiguration('podman');
  const name = `cofferdam-${randomBytes(4).toString('hex')}`;
  const folder = openFolder(caretaker);
  const root = rootFolder(join(folder, 'root'), stubPath());
  const asRoot = process.getuid?.() === 0;
  if (asRoot) removesGroups(caretaker, [name]);
  const asked = [...options, ...(profile?.options ?? []), ...(profile === undefined ? [] : userNamespace(profile))];
  // podman makes files in it as root of the namespace.
  if (asked.some((word) => word.startsWith('--uidmap='))) await output(['chown', '-R', '100000:100000', root]);
  const podman = [
    ...[
      'podman',
      `--root=${join(folder, 'store')}`,
      // It takes no more than 50 characters.
      `--runroot=${caretaker.folder('/tmp')}`,
      `--tmpdir=${join(folder, 'tmp')}`,
    ],
    ...['--storage-driver=vfs', '--events-backend=none', '--cgroup-manager=cgroupfs', ...(await usableRuntime())],
  ];
  const state = join(folder, 'pid');
  return launch({
    runtime: 'podman',
    argv: [
      ...(asRoot ? ['unshare', '--mount'] : []),
      ...[...podman, 'run', '--rm', '--interactive', '--name', name, `--pidfile=${state}`],
      ...[
        ...(asRoot ? [`--cgroup-parent=/${name}`] : []),
        ...unattached(asked),
        ...limits(asked),
        ...asked,
        '--rootfs',
        root,
        STUB_INSIDE,
      ],
    ],
    timeoutMs,
    caretaker,
    pidOf: async () => Number(readFileSync(state, 'utf8')) || undefined,
    stub: readFileSync(stubPath()),
  });
}

/** What attaches it to a network is no part of it, and would change the host's rules. */
function unattached(asked: readonly string[]): readonly string[] {
  return asked.some((word) => /^--net(work)?\b/.test(word)) ? [] : ['--network=none'];
}

/** Root may map any ids. */
function userNamespace({ userNamespace: own }: Profile): readonly string[] {
  return own === true && process.getuid?.() === 0 ? ['--uidmap=0:100000:65536', '--gidmap=0:100000:65536'] : [];
}

/** What podman asks for when nothing is said (1048576, pkg/specgen/generate/oci.go of 4.3) a user without CAP_SYS_RESOURCE may not raise to. */
function limits(asked: readonly string[]): readonly string[] {
  if (ownCapabilities().has('CAP_SYS_RESOURCE')) return [];
  const own = ownLimits(MACHINE);
  return ['nofile', 'nproc'].flatMap((limit) => {
    const most = own.get(RLIMITS[`RLIMIT_${limit.toUpperCase()}`] ?? -1)?.hard ?? MODEST;
    const value = most < MODEST ? most : MODEST;
    return asked.some((word) => word.startsWith(`${limit}=`)) ? [] : [`--ulimit=${limit}=${value}:${value}`];
  });
}

/** podman leaves its own children less than what it was given itself (processes, 4.3). */
const MODEST = 4096n;

/** crun up to 1.8 refuses a host with both versions of control groups; runc does not. */
async function usableRuntime(): Promise<readonly string[]> {
  const mounts = String(MACHINE.text('/proc/self/mountinfo'));
  const hybrid = mounts.includes(' - cgroup2 ') && mounts.includes(' - cgroup ');
  if (!hybrid) return [];
  return output(['runc', '--version']).then(
    () => ['--runtime=runc'],
    () => [],
  );
}
