import type { CallResult, Session } from '../../agent/index.ts';
import { type Call, call, out, resultOf } from '../../kernel/index.ts';

/** What somebody saw at a place, and when (milliseconds of our own clock). */
export interface Reading {
  /** Undefined where there is none: `errno` says why. */
  readonly text: string | undefined;
  readonly errno: string | undefined;
  readonly at: number;
  readonly evidence: string;
}

const [AT_FDCWD, O_RDONLY, O_NONBLOCK] = [-100, 0, 0o4000];
/** Of a file; so much is read of each, and a few fit into one exchange. */
const MOST = 12_288;
const TOGETHER = 2;

/** In order. Files are read once, however many channels are made of them. */
export async function readAll(session: Session, paths: readonly string[]): Promise<ReadonlyMap<string, Reading>> {
  const found = new Map<string, Reading>();
  const wanted = [...new Set(paths)];
  const files = wanted.filter((path) => CALLS[path] === undefined);
  for (let i = 0; i < files.length; i += TOGETHER) {
    const some = files.slice(i, i + TOGETHER);
    const results = await session.batch(some.flatMap((path, k) => lookAt(path, k * 3)));
    for (const [k, path] of some.entries()) found.set(path, fileReading(results.slice(k * 3, k * 3 + 3)));
  }
  for (const path of wanted) {
    const asked = CALLS[path];
    if (asked !== undefined) found.set(path, callReading(await session.call(asked.call), asked.text));
  }
  return found;
}

function lookAt(path: string, at: number): readonly Call[] {
  return [
    call('openat', AT_FDCWD, path, O_RDONLY | O_NONBLOCK),
    call('read', resultOf(at), out(MOST), MOST),
    call('close', resultOf(at)),
  ];
}

function fileReading([opened, read]: readonly CallResult[]): Reading {
  const refused = opened?.ok ? read : opened;
  if (opened?.ok && read?.ok)
    return { text: read.text(1), errno: undefined, at: performance.now(), evidence: firstLine(read) };
  return { text: undefined, errno: refused?.errno, at: performance.now(), evidence: `${refused}` };
}

function firstLine(read: CallResult): string {
  const line = read.text(1).split('\n', 1)[0] ?? '';
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line;
}

const SHOWN = 80;

interface Asked {
  readonly call: Call;
  readonly text: (result: CallResult) => string;
}

const clockCall = (clock: number): Asked => ({
  call: call('clock_gettime', clock, out(16)),
  text: (result) => `${Number(result.bytes(1).readBigInt64LE(0)) + Number(result.bytes(1).readBigInt64LE(8)) / 1e9}`,
});

/** `struct new_utsname`: six fields of 65 bytes; `struct sysinfo`: totalram is its fifth long, mem_unit lies at 104. */
const CALLS: Readonly<Record<string, Asked>> = {
  'uname(2)': {
    call: call('uname', out(390)),
    text: (result) => [2, 3].map((field) => cString(result.bytes(0).subarray(field * 65))).join(' '),
  },
  'sysinfo(2) totalram': {
    call: call('sysinfo', out(112)),
    text: (result) => `${result.bytes(0).readBigUInt64LE(32) * BigInt(result.bytes(0).readUInt32LE(104))}`,
  },
  'clock_gettime(2) CLOCK_BOOTTIME': clockCall(7),
  'clock_gettime(2) CLOCK_MONOTONIC': clockCall(1),
};

function callReading(result: CallResult, text: Asked['text']): Reading {
  const told = result.ok ? text(result) : undefined;
  return { text: told, errno: result.errno, at: performance.now(), evidence: told ?? `${result}` };
}

function cString(bytes: Buffer): string {
  return bytes.subarray(0, bytes.indexOf(0)).toString('utf8');
}
