import { posix } from 'node:path';
import { call } from '../../../kernel/index.ts';
import type { Files } from '../../../live/index.ts';
import { type Kind, kindOf, realPath } from '../host.ts';
import { AT_FDCWD, MS, S } from '../linux.ts';
import { may, must, type Operation } from '../operation.ts';
import type { Plan } from '../plan.ts';
import type { Cover } from '../tree.ts';

/** What is bound: a path of the host, or something that stands in for one that is not here. */
export interface Source {
  readonly kind: Kind;
  readonly cover: Cover;
  readonly operations: (flags: number) => readonly Operation[];
}

/** Somebody else's file may be anything: what a stand-in shows says nothing of it, so the mount's fact is missing. */
export function bindSource(plan: Plan, path: string, to: string, destination: string): Source {
  const found = path.startsWith('/') ? realPath(plan.machine.files, path) : undefined;
  const kind = found === undefined ? undefined : kindOf(plan.machine.files, found);
  if (found !== undefined && kind !== undefined) {
    return {
      kind,
      cover: { kind: 'host', path: found },
      operations: (flags) => [must(call('mount', `.${found}`, to, 0, flags, 0))],
    };
  }
  plan.lacks(
    'mounts',
    `${path} is not on this machine; an empty ${guess(path)} stands in for it`,
    `mount.${destination}`,
  );
  return guess(path) === 'folder' ? emptyFolder(to) : emptyFile(plan, to, guess(path) === 'socket');
}

/** By the name, which is all there is. */
function guess(path: string): 'folder' | 'file' | 'socket' {
  const name = posix.basename(path);
  if (/\.sock(et)?$/.test(name)) return 'socket';
  if (FILES_BY_NAME.has(name)) return 'file';
  return /[^.]\.[a-z0-9]+$/i.test(name) && !name.endsWith('.d') ? 'file' : 'folder';
}

const FILES_BY_NAME: ReadonlySet<string> = new Set([
  'hostname',
  'hosts',
  'passwd',
  'group',
  'shadow',
  'gshadow',
  'sudoers',
  'localtime',
  'timezone',
  'machine-id',
  'fstab',
]);

function emptyFolder(to: string): Source {
  return {
    kind: 'folder',
    cover: { kind: 'own' },
    operations: () => [must(call('mount', 'tmpfs', to, 'tmpfs', 0, 'mode=755'))],
  };
}

/**
 * Made in the container's own root for this moment; the bind keeps it when its name is gone. A socket was opened by the outer stub
 * before the fork, and stays open there: so somebody listens, who is not in the container.
 */
function emptyFile(plan: Plan, to: string, isSocket: boolean): Source {
  const make = isSocket ? bound(plan.takeSocket()) : [must(call('mknodat', AT_FDCWD, NAME, S.IFREG | 0o644, 0))];
  return {
    kind: 'file',
    cover: { kind: 'own' },
    operations: () => [...make, must(call('mount', NAME, to, 0, MS.BIND, 0)), may(call('unlinkat', AT_FDCWD, NAME, 0))],
  };
}

const NAME = '/.stand-in';
const AF_UNIX = 1;

function bound(descriptor: number): readonly Operation[] {
  const name = Buffer.from(`\0\0${NAME}\0`);
  name.writeUInt16LE(AF_UNIX, 0);
  return [must(call('bind', descriptor, name, name.length)), must(call('listen', descriptor, 1))];
}

/** Numbers that nothing else has in the outer stub; the container's process closes them with all others. */
const FIRST_DESCRIPTOR = 64;

export function socketDescriptor(index: number): number {
  return FIRST_DESCRIPTOR + index;
}

/** How many sockets the stand-ins will ask for. */
export function socketsFor(files: Files, sources: readonly string[]): number {
  const isThere = (path: string): boolean => path.startsWith('/') && realPath(files, path) !== undefined;
  return sources.filter((path) => guess(path) === 'socket' && !isThere(path)).length;
}
