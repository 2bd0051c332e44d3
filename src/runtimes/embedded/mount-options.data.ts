import { ATTR_ATIME, MOUNT_ATTR, MS } from './linux.ts';

/*
 * The options of runtime-spec 1.2, config.md "Linux mount options", and what they come to: as runc reads them
 * (libcontainer/specconv/spec_linux.go, initMaps). What stands in none of the tables is data of the file system.
 */

export interface Flag {
  readonly clear: boolean;
  readonly flag: number;
}

const set = (flag: number): Flag => ({ clear: false, flag });
const clear = (flag: number): Flag => ({ clear: true, flag });

export const FLAGS: Readonly<Record<string, Flag>> = {
  async: clear(MS.SYNCHRONOUS),
  atime: clear(MS.NOATIME),
  bind: set(MS.BIND),
  defaults: set(0),
  dev: clear(MS.NODEV),
  diratime: clear(MS.NODIRATIME),
  dirsync: set(MS.DIRSYNC),
  exec: clear(MS.NOEXEC),
  iversion: set(MS.I_VERSION),
  lazytime: set(MS.LAZYTIME),
  loud: clear(MS.SILENT),
  mand: set(MS.MANDLOCK),
  noatime: set(MS.NOATIME),
  nodev: set(MS.NODEV),
  nodiratime: set(MS.NODIRATIME),
  noexec: set(MS.NOEXEC),
  noiversion: clear(MS.I_VERSION),
  nolazytime: clear(MS.LAZYTIME),
  nomand: clear(MS.MANDLOCK),
  norelatime: clear(MS.RELATIME),
  nostrictatime: clear(MS.STRICTATIME),
  nosuid: set(MS.NOSUID),
  nosymfollow: set(MS.NOSYMFOLLOW),
  rbind: set(MS.BIND | MS.REC),
  relatime: set(MS.RELATIME),
  remount: set(MS.REMOUNT),
  ro: set(MS.RDONLY),
  rw: clear(MS.RDONLY),
  silent: set(MS.SILENT),
  strictatime: set(MS.STRICTATIME),
  suid: clear(MS.NOSUID),
  symfollow: clear(MS.NOSYMFOLLOW),
  sync: set(MS.SYNCHRONOUS),
};

export const PROPAGATION: Readonly<Record<string, number>> = {
  private: MS.PRIVATE,
  rprivate: MS.PRIVATE | MS.REC,
  slave: MS.SLAVE,
  rslave: MS.SLAVE | MS.REC,
  shared: MS.SHARED,
  rshared: MS.SHARED | MS.REC,
  unbindable: MS.UNBINDABLE,
  runbindable: MS.UNBINDABLE | MS.REC,
};

/** Of mount_setattr(2), for the mount and all below it. */
export const RECURSIVE: Readonly<Record<string, { readonly set: number; readonly clear: number }>> = {
  rro: { set: MOUNT_ATTR.RDONLY, clear: 0 },
  rrw: { set: 0, clear: MOUNT_ATTR.RDONLY },
  rnosuid: { set: MOUNT_ATTR.NOSUID, clear: 0 },
  rsuid: { set: 0, clear: MOUNT_ATTR.NOSUID },
  rnodev: { set: MOUNT_ATTR.NODEV, clear: 0 },
  rdev: { set: 0, clear: MOUNT_ATTR.NODEV },
  rnoexec: { set: MOUNT_ATTR.NOEXEC, clear: 0 },
  rexec: { set: 0, clear: MOUNT_ATTR.NOEXEC },
  rnodiratime: { set: MOUNT_ATTR.NODIRATIME, clear: 0 },
  rdiratime: { set: 0, clear: MOUNT_ATTR.NODIRATIME },
  rrelatime: { set: 0, clear: ATTR_ATIME },
  rnorelatime: { set: MOUNT_ATTR.STRICTATIME, clear: ATTR_ATIME },
  rnoatime: { set: MOUNT_ATTR.NOATIME, clear: ATTR_ATIME },
  ratime: { set: 0, clear: ATTR_ATIME },
  rstrictatime: { set: MOUNT_ATTR.STRICTATIME, clear: ATTR_ATIME },
  rnostrictatime: { set: 0, clear: ATTR_ATIME },
  rnosymfollow: { set: MOUNT_ATTR.NOSYMFOLLOW, clear: 0 },
  rsymfollow: { set: 0, clear: MOUNT_ATTR.NOSYMFOLLOW },
};

/** Known, and not performed: named as missing. */
export const UNPERFORMED_OPTIONS: ReadonlySet<string> = new Set(['idmap', 'ridmap', 'tmpcopyup']);

/** Flags of mount(2) and their names in struct mount_attr. */
export const ATTR_OF_FLAG: readonly (readonly [number, number])[] = [
  [MS.RDONLY, MOUNT_ATTR.RDONLY],
  [MS.NOSUID, MOUNT_ATTR.NOSUID],
  [MS.NODEV, MOUNT_ATTR.NODEV],
  [MS.NOEXEC, MOUNT_ATTR.NOEXEC],
  [MS.NODIRATIME, MOUNT_ATTR.NODIRATIME],
  [MS.NOSYMFOLLOW, MOUNT_ATTR.NOSYMFOLLOW],
];
