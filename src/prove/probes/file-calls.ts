import type { CallResult, Session } from '../../agent/index.ts';
import { type Arg, type Call, call, out, resultOf } from '../../kernel/index.ts';

/** include/uapi/asm-generic/fcntl.h and linux/fcntl.h; what is used here has the same values on x86 and arm64. */
export const AT_FDCWD = -100;
const AT_EACCESS = 0x200;
export const O = {
  RDONLY: 0,
  WRONLY: 1,
  RDWR: 2,
  NOCTTY: 0o400,
  NONBLOCK: 0o4000,
  CLOEXEC: 0o2000000,
  PATH: 0o10000000,
} as const;
/** Neither waits for a peer nor takes a terminal. */
export const QUIETLY = O.NOCTTY | O.NONBLOCK | O.CLOEXEC;
export const R_OK = 4;
export const W_OK = 2;

/** A frame holds 32 KiB. Files of the kernel come a page at a time. */
const CHUNK = 24_576;
const PIECE = 6144;
const PIECES = 4;

/** The whole text of a file, or the name of the error: in one exchange where it is of ordinary length. */
export async function readText(
  session: Session,
  path: string,
): Promise<{ readonly text: string } | { readonly errno: string }> {
  const [opened, ...reads] = await session.batch([
    call('openat', AT_FDCWD, path, O.RDONLY | QUIETLY),
    ...Array.from({ length: PIECES }, () => call('read', resultOf(0), out(PIECE), PIECE)),
    call('close', resultOf(0)),
  ]);
  if (opened === undefined || !opened.ok) return { errno: opened?.errno ?? 'EIO' };
  const pieces = reads.slice(0, PIECES);
  const failed = pieces.find(({ ok }) => !ok);
  if (failed?.errno !== undefined) return { errno: failed.errno };
  if (!pieces.some(({ value }) => value === 0)) return readLong(session, path);
  return { text: Buffer.concat(pieces.map(contentOf)).toString('utf8') };
}

const contentOf = (read: CallResult): Buffer => read.bytes(1).subarray(0, read.value);

async function readLong(
  session: Session,
  path: string,
): Promise<{ readonly text: string } | { readonly errno: string }> {
  const opened = await session.call(call('openat', AT_FDCWD, path, O.RDONLY | QUIETLY));
  const chunks: Buffer[] = [];
  let last = opened;
  do {
    if (!last.ok) break;
    last = await session.call(call('read', opened.value, out(CHUNK), CHUNK));
    if (last.ok) chunks.push(contentOf(last));
  } while (last.value > 0);
  if (opened.ok) await session.call(call('close', opened.value));
  return last.errno === undefined ? { text: Buffer.concat(chunks).toString('utf8') } : { errno: last.errno };
}

export async function readLink(session: Session, path: string): Promise<string | undefined> {
  const result = await session.call(call('readlinkat', AT_FDCWD, path, out(256), 256));
  return result.ok ? result.text(2) : undefined;
}

/** struct statx, include/uapi/linux/stat.h: all that is asked of it here. */
const STATX_BASIC = 0x7ff;
const STATX_SIZE = 256;
export const statx = (path: string, flags = 0): Call =>
  call('statx', AT_FDCWD, path, flags, STATX_BASIC, out(STATX_SIZE));

export interface FileState {
  readonly kind: 'file' | 'folder' | 'character' | 'block' | 'socket' | 'other';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly inode: bigint;
  /** `MAJOR:MINOR` of the file system. */
  readonly device: string;
  /** Of a device node. */
  readonly major: number;
  readonly minor: number;
}

/** S_IFMT, the upper four bits of a mode (include/uapi/linux/stat.h). */
const KINDS: Readonly<Record<number, FileState['kind']>> = {
  8: 'file',
  4: 'folder',
  2: 'character',
  6: 'block',
  12: 'socket',
};

export function fileState(result: CallResult): FileState | undefined {
  if (!result.ok) return undefined;
  const bytes = result.bytes(4);
  const mode = bytes.readUInt16LE(28);
  return {
    kind: KINDS[mode >> 12] ?? 'other',
    mode: mode & 0o7777,
    uid: bytes.readUInt32LE(20),
    gid: bytes.readUInt32LE(24),
    inode: bytes.readBigUInt64LE(32),
    device: `${bytes.readUInt32LE(136)}:${bytes.readUInt32LE(140)}`,
    major: bytes.readUInt32LE(128),
    minor: bytes.readUInt32LE(132),
  };
}

export const sameFile = (a: FileState | undefined, b: FileState | undefined): boolean =>
  a !== undefined && b !== undefined && a.device === b.device && a.inode === b.inode;

/**
 * inode_permission(), fs/namei.c, without an open: modes, capabilities, read-only mounts and, for device nodes, the device
 * controller are asked, and nothing happens that an open would set off.
 */
export const mayAccess = (path: string, mode: number): Call => call('faccessat2', AT_FDCWD, path, mode, AT_EACCESS);

/** Names in a folder, but for itself and its parent. */
async function listFolder(session: Session, path: string): Promise<readonly string[]> {
  const [opened, first] = await session.batch([
    call('openat', AT_FDCWD, path, O.RDONLY | QUIETLY),
    call('getdents64', resultOf(0), out(CHUNK), CHUNK),
  ]);
  if (opened === undefined || first === undefined || !opened.ok) return [];
  const names: string[] = [];
  let last = first;
  while (last.ok && last.value > 0) {
    names.push(...entryNames(contentOf(last)));
    last = await session.call(call('getdents64', opened.value, out(CHUNK), CHUNK));
  }
  await session.call(call('close', opened.value));
  return names.filter(isEntry);
}

const isEntry = (name: string): boolean => name !== '.' && name !== '..';

const FOLDERS_AT_ONCE = 8;
const FOLDER = 3072;
/** The longest entry: a full buffer may have left one out. */
const LONGEST_ENTRY = 280;

/** The paths of all that lies in many folders, in as few exchanges as frames allow. */
export async function listAll(session: Session, folders: readonly string[]): Promise<readonly string[]> {
  const paths: string[] = [];
  for (let at = 0; at < folders.length; at += FOLDERS_AT_ONCE) {
    const part = folders.slice(at, at + FOLDERS_AT_ONCE);
    const results = await session.batch(
      part.flatMap((path, i) => [
        call('openat', AT_FDCWD, path, O.RDONLY | QUIETLY),
        call('getdents64', resultOf(3 * i), out(FOLDER), FOLDER),
        call('close', resultOf(3 * i)),
      ]),
    );
    for (const [i, folder] of part.entries()) {
      const listed = results[3 * i + 1];
      if (listed?.ok !== true) continue;
      const whole = listed.value < FOLDER - LONGEST_ENTRY;
      const names = whole ? entryNames(contentOf(listed)).filter(isEntry) : await listFolder(session, folder);
      paths.push(...names.map((name) => `${folder === '/' ? '' : folder}/${name}`));
    }
  }
  return paths;
}

/** struct linux_dirent64: inode, offset, length of the entry, type, name. */
function entryNames(bytes: Buffer): string[] {
  const names: string[] = [];
  for (let at = 0; at + 19 < bytes.length; ) {
    const length = bytes.readUInt16LE(at + 16);
    if (length < 20) break;
    const name = bytes.subarray(at + 19, at + length);
    names.push(name.subarray(0, Math.max(0, name.indexOf(0))).toString('utf8'));
    at += length;
  }
  return names;
}

/** States of many paths, in as few exchanges as frames allow. */
export async function statAll(session: Session, paths: readonly string[]): Promise<ReadonlyMap<string, FileState>> {
  const states = new Map<string, FileState>();
  for (let at = 0; at < paths.length; at += STATS_AT_ONCE) {
    const part = paths.slice(at, at + STATS_AT_ONCE);
    const results = await session.batch(part.map((path) => statx(path)));
    for (const [i, path] of part.entries()) {
      const state = results[i] === undefined ? undefined : fileState(results[i]);
      if (state !== undefined) states.set(path, state);
    }
  }
  return states;
}

const STATS_AT_ONCE = 96;

/** struct statfs: the file system's type comes first on 64-bit machines. */
export const statfsOf = (descriptor: Arg): Call => call('fstatfs', descriptor, out(120));
const F_FLAGS = 80;
const ST_RDONLY = 1n;
export const isReadonlyMount = (result: CallResult): boolean =>
  result.ok && (result.bytes(1).readBigUInt64LE(F_FLAGS) & ST_RDONLY) !== 0n;
export const fileSystemOf = (result: CallResult): number | undefined =>
  result.ok ? Number(result.bytes(1).readBigUInt64LE(0) & 0xffffffffn) : undefined;
