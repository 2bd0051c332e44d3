import { posix } from 'node:path';
import { kernelAtLeast, parseCapabilityMask, parseKernelVersion } from '../../kernel/index.ts';
import type { Files } from '../../live/index.ts';
import { Unknown } from '../../posture/index.ts';

/** What this process is and may do on the machine, which bounds what the steps can. Read anew for each start: it is cheap. */
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

export function readHost(files: Files): Host {
  const status = text(files, '/proc/self/status');
  const field = (key: string): string => new RegExp(`^${key}:\\s*(\\w+)`, 'm').exec(status)?.[1] ?? '';
  const mask = (key: string): bigint => parseCapabilityMask(field(key)) ?? 0n;
  return {
    uid: Number(field('Uid')),
    gid: Number(field('Gid')),
    bounding: mask('CapBnd'),
    effective: mask('CapEff'),
    initialUserNamespace: /^\s*0\s+0\s+4294967295\s*$/.test(text(files, '/proc/self/uid_map')),
    mountAttributes: hasMountAttributes(files),
  };
}

function hasMountAttributes(files: Files): boolean {
  const version = parseKernelVersion(text(files, '/proc/sys/kernel/osrelease').trim());
  return version === undefined || kernelAtLeast(version, { major: 5, minor: 12, patch: 0 });
}

export function text(files: Files, path: string): string {
  const read = files.text(path);
  return read instanceof Unknown ? '' : read;
}

export type Kind = 'folder' | 'file';

/** Undefined where it does not exist, or may not be looked at. */
export function kindOf(files: Files, path: string): Kind | undefined {
  const found = files.stat(path);
  return found instanceof Unknown ? undefined : found.kind === 'directory' ? 'folder' : 'file';
}

export function modeOf(files: Files, path: string): number | undefined {
  const found = files.stat(path);
  return found instanceof Unknown ? undefined : found.mode;
}

/** Without symbolic links: a relative path in the old root must not lead through an absolute link into the new one. */
export function realPath(files: Files, path: string): string | undefined {
  const resolved = resolveInside(files, '', path);
  return kindOf(files, resolved) === undefined ? undefined : resolved;
}

/** A path as a process sees it whose root is `root`: links lead back into it, however they are written. */
export function resolveInside(files: Files, root: string, path: string): string {
  let resolved = '/';
  const left = path.split('/').filter((part) => part !== '');
  for (let links = 0; left.length > 0; ) {
    const next = posix.join(resolved, left.shift() as string);
    const target = links < MOST_LINKS ? linkAt(files, root + next) : undefined;
    if (target === undefined) {
      resolved = next;
      continue;
    }
    links++;
    if (target.startsWith('/')) resolved = '/';
    left.unshift(...target.split('/').filter((part) => part !== ''));
  }
  return resolved;
}

function linkAt(files: Files, path: string): string | undefined {
  const node = files.node(path);
  const target = !(node instanceof Unknown) && node.kind === 'link' ? files.link(path) : undefined;
  return target instanceof Unknown ? undefined : target;
}

/** MAXSYMLINKS, include/linux/namei.h. */
const MOST_LINKS = 40;

/** Modules of security that take a label (the list in securityfs is not always mounted). */
export function hasAppArmor(files: Files): boolean {
  return text(files, '/sys/module/apparmor/parameters/enabled').trim() === 'Y';
}

export function hasSelinux(files: Files): boolean {
  return kindOf(files, '/sys/fs/selinux/enforce') !== undefined;
}
