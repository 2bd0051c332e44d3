import { hostDevices } from '../../prove/host-devices.ts';
import type { Draft, DraftMount } from '../agreement/draft.ts';
import type { Here } from '../agreement/here.ts';

/** A whole range for a user namespace: the first of the subordinate ids that useradd(8) gives out. */
const SHIFTED = [{ containerID: 0, hostID: 100_000, size: 65_536 }];

/** Without bounds to speak of: descriptors as many as a kernel gives (fs.nr_open), the others as an engine's unlimited. */
const UNLIMITED = 2 ** 53 - 1;
const RLIMITS = [
  { type: 'RLIMIT_NOFILE', soft: 1_048_576, hard: 1_048_576 },
  { type: 'RLIMIT_CORE', soft: UNLIMITED, hard: UNLIMITED },
  { type: 'RLIMIT_MEMLOCK', soft: UNLIMITED, hard: UNLIMITED },
  { type: 'RLIMIT_NICE', soft: 40, hard: 40 },
];

const FLAGS: ReadonlySet<string> = new Set(['ro', 'rro', 'nosuid', 'nodev', 'noexec']);

/**
 * The same container with no mechanism at all, but for the copy of the mounts that a runtime never leaves out: root with every capability
 * of whoever starts it, no filter, the host's namespaces, devices and files.
 */
export function nothingOf(start: Draft, here: Here): Draft {
  const { capabilities: all } = here;
  return {
    ...start,
    namespaces: ['mount'],
    // They count where a user namespace is added.
    maps: start.maps.uid.length > 0 ? start.maps : { uid: SHIFTED, gid: SHIFTED },
    user: { uid: 0, gid: 0, additionalGids: [] },
    capabilities: { bounding: all, effective: all, permitted: all, inheritable: all, ambient: all },
    noNewPrivileges: false,
    seccomp: undefined,
    rlimits: RLIMITS,
    oomScoreAdj: -1,
    apparmorProfile: undefined,
    readonlyRoot: false,
    mounts: [...start.mounts.map(loosened), ...OF_THE_HOST],
    maskedPaths: [],
    readonlyPaths: [],
    devices: nodesOf(here),
    deviceRules: [{ allow: true, type: 'a', access: 'rwm' }],
    limits: {},
    rootfsPropagation: 'rshared',
  };
}

function loosened(mount: DraftMount): DraftMount {
  return { ...mount, options: mount.options.filter((option) => !FLAGS.has(option)) };
}

/** Those of the host as it has them: who may open one there may here. */
function nodesOf({ devices }: Here): Draft['devices'] {
  const modes = new Map(hostDevices.all().map(({ path, mode }) => [path, mode]));
  return devices.map((device) => ({ ...device, fileMode: modes.get(device.path) ?? 0o600 }));
}

const OF_THE_HOST: readonly DraftMount[] = [
  // Where it shares its mounts `settled` makes a slave of this. In /tmp a place can be made whoever root is outside.
  { destination: '/tmp/host', type: 'bind', source: '/', options: ['rbind', 'rw', 'rshared'] },
];
