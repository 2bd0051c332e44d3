import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Unknown, type Value } from '../posture/index.ts';

/** What a path is, followed to its end or not. */
export interface FileStat {
  readonly kind: 'file' | 'directory' | 'character' | 'block' | 'socket' | 'fifo' | 'link';
  /** Permission bits with set-user-id and its like. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Of the device that a node stands for. */
  readonly major: number;
  readonly minor: number;
  /** Number of the file system that it lies on. */
  readonly device: number;
}

/** The files of the machine as live posture reads them: a port, so that machines of every kind can be shown to it in tests. */
export interface Files {
  text(path: string): Value<string>;
  /** The text of a file that gzip packed. */
  unpacked(path: string): Value<string>;
  link(path: string): Value<string>;
  list(path: string): Value<readonly string[]>;
  stat(path: string): Value<FileStat>;
  /** The node itself, where `path` is a symbolic link. */
  node(path: string): Value<FileStat>;
}

/** What could not be read, with the error's name: a file that is not there tells something, one that is forbidden does not. */
export class Unread extends Unknown {
  readonly code: string;
  constructor(path: string, code: string) {
    super(reasonOf(path, code));
    this.code = code;
  }
}

/** The file is not there: the kernel has no such thing, or the process has ended. */
export function isMissing(value: unknown): boolean {
  return value instanceof Unread && (value.code === 'ENOENT' || value.code === 'ENOTDIR');
}

/** The file is there, for others. */
export function isForbidden(value: unknown): boolean {
  return value instanceof Unread && (value.code === 'EACCES' || value.code === 'EPERM');
}

function reasonOf(path: string, code: string): string {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return `${path} may not be read: run as root of the host`;
    case 'ENOENT':
    case 'ENOTDIR':
      return `there is no ${path}`;
    case 'ESRCH':
      return `${path}: the process has ended`;
    default:
      return `${path} cannot be read (${code})`;
  }
}

/** The machine itself. The only place of this room that opens files. */
export const MACHINE: Files = {
  text: (path) => tried(path, () => readFileSync(path, 'utf8')),
  unpacked: (path) => tried(path, () => gunzipSync(readFileSync(path)).toString('utf8')),
  link: (path) => tried(path, () => readlinkSync(path)),
  list: (path) => tried(path, () => readdirSync(path)),
  // What is not there is no error: to make one takes longer than to look.
  stat: (path) => tried(path, () => described(path, statSync(path, QUIET))),
  node: (path) => tried(path, () => described(path, lstatSync(path, QUIET))),
};

const QUIET = { throwIfNoEntry: false } as const;

function tried<T>(path: string, read: () => Value<T>): Value<T> {
  try {
    return read();
  } catch (error) {
    return new Unread(path, (error as NodeJS.ErrnoException).code ?? (error as Error).name);
  }
}

function described(path: string, stats: Stats | undefined): Value<FileStat> {
  if (stats === undefined) return new Unread(path, 'ENOENT');
  const { mode, uid, gid, rdev, dev } = stats;
  return { kind: kindOf(stats), mode: mode & 0o7777, uid, gid, ...deviceNumbers(rdev), device: dev };
}

function kindOf(stats: Stats): FileStat['kind'] {
  if (stats.isDirectory()) return 'directory';
  if (stats.isCharacterDevice()) return 'character';
  if (stats.isBlockDevice()) return 'block';
  if (stats.isSocket()) return 'socket';
  if (stats.isFIFO()) return 'fifo';
  return stats.isSymbolicLink() ? 'link' : 'file';
}

/** The layout of dev_t in the C library: minor 0-7, major 8-19, minor 20-31 (sys/sysmacros.h; numbers above it are not given out). */
export function deviceNumbers(rdev: number): { major: number; minor: number } {
  const low = rdev % 2 ** 32;
  return { major: (low >>> 8) & 0xfff, minor: (low & 0xff) | ((low >>> 12) & 0xfff00) };
}
