import { type Statement, Unknown, type Value } from '../posture/index.ts';
import { type Files, isMissing } from './files.ts';
import type { MountEntry } from './mountinfo.ts';

/** A bound: who has more open is looked at in part, and told so where nothing was found. */
const MOST = 1024;

/**
 * Folders held open that lie on no mount of the process's own table (`mnt_id:` in /proc/PID/fdinfo, 3.15): openat(2) relative
 * to such a descriptor leaves the mount namespace, or the root that the process was locked into.
 */
export function descriptorStatement(files: Files, pid: number, own: Value<readonly MountEntry[]>): Statement {
  const folder = `/proc/${pid}/fd`;
  return {
    phase: 'run',
    source: { kind: 'observed', from: `${folder}, fdinfo` },
    facts: { 'runtime.leaks-descriptors': leaks(files, pid, folder, own) },
  };
}

function leaks(files: Files, pid: number, folder: string, own: Value<readonly MountEntry[]>): Value<boolean> {
  if (own instanceof Unknown) return own;
  const names = files.list(folder);
  if (names instanceof Unknown) return names;
  const mounts = new Set(own.map((mount) => mount.id));
  for (const name of names.slice(0, MOST)) {
    const target = files.link(`${folder}/${name}`);
    // Sockets, pipes and the like have names without a slash.
    if (target instanceof Unknown || !target.startsWith('/')) continue;
    const stat = files.stat(`${folder}/${name}`);
    if (stat instanceof Unknown ? isMissing(stat) : stat.kind !== 'directory') continue;
    const info = files.text(`/proc/${pid}/fdinfo/${name}`);
    if (info instanceof Unknown) continue;
    const id = /^mnt_id:\s*(\d+)$/m.exec(info)?.[1];
    if (id !== undefined && !mounts.has(Number(id))) return true;
  }
  return names.length > MOST ? new Unknown(`only ${MOST} of ${names.length} descriptors were looked at`) : false;
}
