import type { Mount, Propagation } from '../posture/index.ts';
import { parseBytes } from './bytes.ts';

export type MountFlags = Pick<Mount, 'recursiveReadonly' | 'nosuid' | 'nodev' | 'noexec' | 'propagation'> & {
  readonly readonly?: boolean;
};

/** Words of mount(8) and of runc libcontainer/specconv/spec_linux.go `mountFlags` that concern isolation. */
const FLAGS: Readonly<Record<string, MountFlags>> = {
  ro: { readonly: true },
  rw: { readonly: false },
  nosuid: { nosuid: true },
  suid: { nosuid: false },
  nodev: { nodev: true },
  dev: { nodev: false },
  noexec: { noexec: true },
  exec: { noexec: false },
};

/** The same file's `recAttrFlags`: they hold for the mount itself and all below it, and are applied last (mount_setattr). */
const RECURSIVE: Readonly<Record<string, MountFlags>> = {
  rro: { readonly: true, recursiveReadonly: true },
  rrw: { readonly: false, recursiveReadonly: false },
  rnosuid: { nosuid: true },
  rsuid: { nosuid: false },
  rnodev: { nodev: true },
  rdev: { nodev: false },
  rnoexec: { noexec: true },
  rexec: { noexec: false },
};

const PROPAGATION = /^r?(private|slave|shared|unbindable)$/;

export function propagationOf(option: string): Propagation | undefined {
  return PROPAGATION.exec(option)?.[1] as Propagation | undefined;
}

/** Whether an option is one of the flags or a propagation. */
export function isMountFlag(option: string): boolean {
  return Object.hasOwn(FLAGS, option) || Object.hasOwn(RECURSIVE, option) || PROPAGATION.test(option);
}

/** What the options say together, of the flags only those that hold; others are data for the file system and left out. */
export function mountFlags(options: readonly string[]): MountFlags {
  const flags: Record<string, unknown> = {};
  for (const table of [FLAGS, RECURSIVE]) {
    for (const option of options) if (Object.hasOwn(table, option)) Object.assign(flags, table[option]);
  }
  const propagation = options.map(propagationOf).findLast((found) => found !== undefined);
  const { readonly, ...others } = flags;
  const held = Object.fromEntries(Object.entries(others).filter(([, on]) => on === true));
  return {
    ...(readonly === undefined ? {} : { readonly: readonly === true }),
    ...held,
    ...(propagation === undefined ? {} : { propagation }),
  };
}

/** moby daemon/oci_linux.go `withMounts`, podman pkg/util/mountOpts.go: noexec, nosuid, nodev unless the options take them back. */
export function tmpfsMount(options: readonly string[]): Mount {
  const { readonly = false, ...flags } = mountFlags(['noexec', 'nosuid', 'nodev', ...options]);
  const size = parseBytes(options.find((option) => option.startsWith('size='))?.slice('size='.length) ?? '');
  return { type: 'tmpfs', readonly, ...flags, ...(size === undefined ? {} : { size }) };
}
