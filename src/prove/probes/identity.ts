import { call, out } from '../../kernel/index.ts';
import type { Mechanism } from '../../model/index.ts';
import type { Stage } from '../observation.ts';
import { credentialsOf } from './credentials.ts';
import { readLink, readText } from './file-calls.ts';
import { perStage } from './per-stage.ts';

/** Who the process in the sandbox is, to itself and to the host's files. */
export interface Identity {
  readonly uid: number | undefined;
  readonly groups: readonly number[];
  /** Its file system ids as this program's user namespace sees them; undefined where nothing tells. */
  readonly hostUid: number | undefined;
  readonly hostGroups: readonly number[] | undefined;
  readonly permitted: bigint;
  readonly initialUserNamespace: boolean | undefined;
}

/** kernel/user.c: the first user namespace has a fixed number (PROC_USER_INIT_INO). */
const INITIAL_USER_NAMESPACE = 'user:[4026531837]';
const MOST_GROUPS = 1024;

export const identityOf = perStage(async (stage: Stage): Promise<Identity> => {
  const { sandbox, pid } = stage;
  const { uid, permitted } = await credentialsOf(stage);
  const [gid, groups] = await sandbox
    .guarded(['looks'])
    .batch([call('getegid'), call('getgroups', MOST_GROUPS, out(4 * MOST_GROUPS))]);
  const own = groups?.ok ? Array.from({ length: groups.value }, (_, i) => groups.bytes(1).readUInt32LE(4 * i)) : [];
  const outside = pid === undefined ? undefined : await seenFromOutside(stage, pid);
  return {
    uid,
    permitted,
    groups: [...new Set([...(gid?.ok ? [gid.value] : []), ...own])],
    hostUid: stage.hostUid ?? outside?.uid ?? (uid === undefined ? undefined : await insideMap(stage, uid)),
    hostGroups: outside?.groups,
    initialUserNamespace: outside?.initial,
  };
});

/** proc_pid_status(), fs/proc/array.c: ids in the user namespace of who opened the file. */
async function seenFromOutside({ host }: Stage, pid: number) {
  const looking = host.guarded(['looks']);
  const status = await readText(looking, `/proc/${pid}/status`);
  const link = await readLink(looking, `/proc/${pid}/ns/user`);
  if (!('text' in status)) return undefined;
  const numbers = (name: string): number[] => {
    const line = new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(status.text)?.[1] ?? '';
    return line
      .split(/\s+/)
      .filter((word) => word !== '')
      .map(Number);
  };
  const [uid, gid] = [numbers('Uid')[3], numbers('Gid')[3]];
  return {
    uid,
    groups: [...new Set([...(gid === undefined ? [] : [gid]), ...numbers('Groups')])],
    initial: link === undefined ? undefined : link === INITIAL_USER_NAMESPACE,
  };
}

async function insideMap({ sandbox }: Stage, uid: number): Promise<number | undefined> {
  const map = await readText(sandbox.guarded(['looks']), '/proc/self/uid_map');
  if (!('text' in map)) return undefined;
  for (const line of map.text.trim().split('\n')) {
    const [inside = Number.NaN, outside = 0, size = 0] = line.trim().split(/\s+/).map(Number);
    if (uid >= inside && uid < inside + size) return outside + uid - inside;
  }
  return undefined;
}

/** All that Linux 6.18 knows. */
const EVERY_CAPABILITY = (1n << 41n) - 1n;

/** What refused to let a file that is there be used, by the error (inode_permission() and the file's own open). */
export function refusalBy(errno: string, identity: Identity): Mechanism | null {
  switch (errno) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EROFS':
      return 'mount';
    case 'EACCES':
      return whoIsRefused(identity);
    case 'EPERM':
      return (identity.permitted & EVERY_CAPABILITY) !== EVERY_CAPABILITY ? 'capability' : byUserNamespace(identity);
    case 'ENXIO':
    case 'ENODEV':
      return 'kernel';
    default:
      return null;
  }
}

/** The owner root is refused by nobody's mode: it is somebody else outside, or a security module refuses. */
function whoIsRefused(identity: Identity): Mechanism {
  return identity.uid !== 0 ? 'dac' : byUserNamespace(identity);
}

function byUserNamespace({ hostUid, initialUserNamespace }: Identity): Mechanism {
  return initialUserNamespace === false || (hostUid !== undefined && hostUid !== 0) ? 'namespace-user' : 'lsm';
}
