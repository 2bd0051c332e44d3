import { type Dirent, readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import type { HostDevices } from '../posture/oci.ts';

type Device = ReturnType<HostDevices['all']>[number];

/** The nodes below this machine's /dev: what an engine hands to a privileged container. */
export const hostDevices: HostDevices = {
  all: () => nodesBelow('/dev'),
  at: (path) => deviceAt(path),
};

/** Not those of terminals, which have a file system of their own in each container. */
const LEFT_OUT = new Set([
  '/dev/pts',
  '/dev/shm',
  '/dev/fd',
  '/dev/mqueue',
  '/dev/console',
  '/dev/.lxc',
  '/dev/.lxd-mounts',
]);

/** moby and runc walk the same way (runc libcontainer/devices `GetDevices`): links are not followed. */
function nodesBelow(folder: string): Device[] {
  return entriesOf(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (LEFT_OUT.has(path)) return [];
    if (entry.isDirectory()) return nodesBelow(path);
    const device = entry.isCharacterDevice() || entry.isBlockDevice() ? deviceAt(path) : undefined;
    return device === undefined ? [] : [{ path, ...device }];
  });
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function deviceAt(path: string): Omit<Device, 'path'> | undefined {
  let stats: Stats;
  try {
    stats = statSync(path);
  } catch {
    return undefined;
  }
  if (!stats.isCharacterDevice() && !stats.isBlockDevice()) return undefined;
  const { mode, uid, gid, rdev } = stats;
  return { type: stats.isBlockDevice() ? 'b' : 'c', ...numbersOf(rdev), mode: mode & 0o777, uid, gid };
}

/** As user space packs them (gnu_dev_major(3)). */
function numbersOf(rdev: number): { readonly major: number; readonly minor: number } {
  const high = Math.floor(rdev / 2 ** 32);
  const low = rdev % 2 ** 32;
  return { major: (high & 0xfffff000) | ((low >>> 8) & 0xfff), minor: (low & 0xff) | ((low >>> 12) & 0xfff00) };
}
