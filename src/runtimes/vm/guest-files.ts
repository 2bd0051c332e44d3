import { gunzipSync } from 'node:zlib';
import type { CallResult, SyncSession } from '../../agent/index.ts';
import { call, out, resultOf } from '../../kernel/index.ts';
import { type FileStat, type Files, Unread } from '../../live/index.ts';
import { Unknown, type Value } from '../../posture/index.ts';

const AT_FDCWD = -100;
const AT_SYMLINK_NOFOLLOW = 0x100;
const O = { RDONLY: 0, DIRECTORY: 0o200000, CLOEXEC: 0o2000000, NONBLOCK: 0o4000 } as const;
/** A descriptor that nothing else has: it is taken over by the next file, so that no exchange is spent on closing. */
const FILE = 60;

const PIECE = 4096;
const CHUNK = 30_000;

/** The files of a guest, as its stub sees them. */
export function guestFiles(session: SyncSession): Files {
  const text = (path: string): Value<string> => asText(contentOf(session, path));
  return {
    text,
    unpacked: (path) => {
      const bytes = contentOf(session, path);
      return bytes instanceof Unknown ? bytes : gunzipSync(bytes).toString('utf8');
    },
    link: (path) => {
      const [read] = session.batch([call('readlinkat', AT_FDCWD, path, out(PIECE), PIECE)]);
      return failure(path, read) ?? read?.text(2) ?? '';
    },
    list: (path) => namesIn(session, path),
    stat: (path) => statOf(session, path, 0),
    node: (path) => statOf(session, path, AT_SYMLINK_NOFOLLOW),
  };
}

function failure(path: string, ...results: readonly (CallResult | undefined)[]): Unread | undefined {
  const failed = results.find((result) => result?.errno !== undefined);
  return failed?.errno === undefined ? undefined : new Unread(path, failed.errno);
}

const asText = (bytes: Value<Buffer>): Value<string> => (bytes instanceof Unknown ? bytes : bytes.toString('utf8'));

function opening(path: string, flags: number) {
  return [
    call('openat', AT_FDCWD, path, O.RDONLY | O.CLOEXEC | O.NONBLOCK | flags),
    call('dup3', resultOf(0), FILE, O.CLOEXEC),
    call('close', resultOf(0)),
  ];
}

/** Most files are short: all of one, with the answer that says that there is no more, comes in one exchange. */
function contentOf(session: SyncSession, path: string): Value<Buffer> {
  const read = (size: number) => call('read', FILE, out(size), size);
  const [opened, , , first, second] = session.batch([...opening(path, 0), read(PIECE), read(PIECE)]);
  const failed = failure(path, opened, first, second);
  if (failed !== undefined) return failed;
  return whole(path, [first, second], () => session.batch([read(CHUNK)])[0]);
}

function namesIn(session: SyncSession, path: string): Value<readonly string[]> {
  const more = (size: number) => call('getdents64', FILE, out(size), size);
  const [opened, , , first, second] = session.batch([...opening(path, O.DIRECTORY), more(PIECE), more(PIECE)]);
  const failed = failure(path, opened, first, second);
  if (failed !== undefined) return failed;
  const bytes = whole(path, [first, second], () => session.batch([more(CHUNK)])[0]);
  return bytes instanceof Unknown ? bytes : [...namesOf(bytes)];
}

/** Until an answer is empty. */
function whole(
  path: string,
  begun: readonly (CallResult | undefined)[],
  next: () => CallResult | undefined,
): Value<Buffer> {
  const parts = begun.flatMap((result) => (result === undefined ? [] : [result.bytes(1).subarray(0, result.value)]));
  while (parts.at(-1)?.length !== 0) {
    const result = next();
    const failed = failure(path, result);
    if (failed !== undefined || result === undefined) return failed ?? new Unread(path, 'EIO');
    parts.push(result.bytes(1).subarray(0, result.value));
  }
  return Buffer.concat(parts);
}

/** struct linux_dirent64, include/linux/dirent.h: the length of the entry at 16, the name at 19. */
function* namesOf(entries: Buffer): Iterable<string> {
  for (let at = 0; at + 19 <= entries.length; at += entries.readUInt16LE(at + 16)) {
    const name = entries.toString('utf8', at + 19, entries.indexOf(0, at + 19));
    if (name !== '.' && name !== '..') yield name;
  }
}

/** S_IFMT, the upper four bits of a mode. */
const KINDS: Readonly<Record<number, FileStat['kind']>> = {
  1: 'fifo',
  2: 'character',
  4: 'directory',
  6: 'block',
  10: 'link',
  12: 'socket',
};

const STATX_BASIC = 0x7ff;
const STATX_BYTES = 256;

/** struct statx, include/uapi/linux/stat.h. */
function statOf(session: SyncSession, path: string, flags: number): Value<FileStat> {
  const [asked] = session.batch([call('statx', AT_FDCWD, path, flags, STATX_BASIC, out(STATX_BYTES))]);
  const failed = failure(path, asked);
  if (failed !== undefined || asked === undefined) return failed ?? new Unread(path, 'EIO');
  const bytes = asked.bytes(4);
  const mode = bytes.readUInt16LE(28);
  return {
    kind: KINDS[mode >> 12] ?? 'file',
    mode: mode & 0o7777,
    uid: bytes.readUInt32LE(20),
    gid: bytes.readUInt32LE(24),
    major: bytes.readUInt32LE(128),
    minor: bytes.readUInt32LE(132),
    device: bytes.readUInt32LE(136) * 2 ** 20 + bytes.readUInt32LE(140),
  };
}
