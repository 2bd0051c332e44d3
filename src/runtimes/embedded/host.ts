import { existsSync, lstatSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { release } from 'node:os';
import { posix } from 'node:path';
import { parseCapabilityMask, parseKernelVersion } from '../../kernel/index.ts';

/** What this process is and may do on this machine, which bounds what the steps can. Read anew for each start: it is cheap. */
export interface Host {
  readonly uid: number;
  readonly gid: number;
  readonly bounding: bigint;
  readonly effective: bigint;
  /** Device nodes can be made, and ids mapped freely, in the initial user namespace alone. */
  readonly initialUserNamespace: boolean;
  /** mount_setattr(2), since Linux 5.12. */
  readonly mountAttributes: boolean;
}

export function readHost(): Host {
  const status = text('/proc/self/status');
  const mask = (key: string): bigint =>
    parseCapabilityMask(new RegExp(`^${key}:(.*)$`, 'm').exec(status)?.[1] ?? '') ?? 0n;
  return {
    uid: process.getuid?.() ?? 0,
    gid: process.getgid?.() ?? 0,
    bounding: mask('CapBnd'),
    effective: mask('CapEff'),
    initialUserNamespace: /^\s*0\s+0\s+4294967295\s*$/.test(text('/proc/self/uid_map')),
    mountAttributes: atLeast(5, 12),
  };
}

function atLeast(major: number, minor: number): boolean {
  const version = parseKernelVersion(release());
  return version === undefined || version.major > major || (version.major === major && version.minor >= minor);
}

export function text(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

export type Kind = 'folder' | 'file';

/** Undefined where it does not exist, or may not be looked at. */
export function kindOf(path: string): Kind | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? undefined : found.isDirectory() ? 'folder' : 'file';
}

export function modeOf(path: string): number | undefined {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode;
  return mode === undefined ? undefined : mode & 0o7777;
}

/** Without symbolic links: a relative path in the old root must not lead through an absolute link into the new one. */
export function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/** A path as a process sees it whose root is `root`: links lead back into it, however they are written. */
export function resolveInside(root: string, path: string): string {
  let resolved = '/';
  const left = path.split('/').filter((part) => part !== '');
  for (let links = 0; left.length > 0; ) {
    const next = posix.join(resolved, left.shift() as string);
    const isLink = lstatSync(root + next, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
    if (!isLink || ++links > MOST_LINKS) {
      resolved = next;
      continue;
    }
    const target = readlinkSync(root + next);
    if (target.startsWith('/')) resolved = '/';
    left.unshift(...target.split('/').filter((part) => part !== ''));
  }
  return resolved;
}

/** MAXSYMLINKS, include/linux/namei.h. */
const MOST_LINKS = 40;

/** Modules of security that take a label (the list in securityfs is not always mounted). */
export function hasAppArmor(): boolean {
  return text('/sys/module/apparmor/parameters/enabled').trim() === 'Y';
}

export function hasSelinux(): boolean {
  return existsSync('/sys/fs/selinux/enforce');
}
