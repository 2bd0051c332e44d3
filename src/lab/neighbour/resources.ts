/**
 * What neighbours share: a victim's work that is timed, and a neighbour that meanwhile uses the same thing. Bounded: some hundred
 * milliseconds of two processors, 32 MiB of memory, 8 MiB of a file, fifty of each kind of object. Nothing is ever used up.
 */
import type { Session } from '../../agent/index.ts';
import { type Call, call, out, resultOf } from '../../kernel/index.ts';
import { prepared } from '../cost/machine-code.ts';
import { map, OPERATIONS } from '../cost/operations.ts';
import { succeeded, timed } from '../cost/timing.ts';
import { bounded, copies, times } from '../cost/two-copies.ts';
import { writableFolder } from '../cost/writable-folder.ts';

const MIB = 1024 * 1024;
const OBJECTS = 50;

export interface Resource {
  readonly name: string;
  readonly unit: string;
  /** The victim's work, in that unit; in a throw-away process. */
  victim(child: Session): Promise<number>;
  /** Uses it, in a throw-away process of another sandbox, while `meanwhile` runs. */
  neighbour(child: Session, meanwhile: () => Promise<void>): Promise<void>;
}

export const RESOURCES: readonly Resource[] = [
  { name: 'cpu', unit: 'us', victim: operation('cpu', 1e3), neighbour: spin },
  { name: 'memory', unit: 'us', victim: (child) => writePass(child, 4 * MIB), neighbour: writeMemory },
  { name: 'io', unit: 'us', victim: writeFileOnce, neighbour: writeFile },
  { name: 'pids', unit: 'us', victim: operation('fork-exec', 1e3), neighbour: holdProcesses },
  { name: 'sockets', unit: 'ns', victim: openSocket, neighbour: holdSockets },
  {
    name: 'open-files counted',
    unit: 'count',
    victim: (child) => counted(child, '/proc/sys/fs/file-nr'),
    neighbour: holdSockets,
  },
  { name: 'inotify', unit: 'ns', victim: makeInotify, neighbour: holdInotify },
];

function operation(name: string, nanoseconds: number): Resource['victim'] {
  return async (child) => {
    const found = OPERATIONS.find((one) => one.name === name);
    if (found === undefined) throw new Error(`there is no operation ${name}`);
    return (await found.measure(child)) / nanoseconds;
  };
}

/** Two processes that count: about 150 ms on a machine that is idle. */
const STEPS = 400_000_000;

async function spin(child: Session, meanwhile: () => Promise<void>): Promise<void> {
  const { run } = await prepared(child, { kind: 'count', times: STEPS });
  const { calls, silenceChild, awaitChild } = copies(0);
  const before = [...calls, silenceChild, ...bounded(SECONDS), call('getpid')];
  // Each copy signals itself.
  const counts = { ...run, args: [resultOf(before.length - 1), ...run.args.slice(1)] };
  await both(child.batch([...before, counts, awaitChild]), meanwhile);
}

const SECONDS = 2;

/** Both are waited for, whatever comes of them. */
async function both(work: Promise<unknown>, meanwhile: () => Promise<void>): Promise<void> {
  const ends = await Promise.allSettled([work, meanwhile()]);
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

const LINE = 64;

/** A byte in each line of the cache; the second pass counts, when the pages are there. */
async function writePass(child: Session, bytes: number): Promise<number> {
  const run = await writing(child, bytes);
  await timed(child, [run]);
  const { nanoseconds, results } = await timed(child, [run]);
  succeeded(results[0]);
  return nanoseconds / 1e3;
}

async function writing(child: Session, bytes: number): Promise<Call> {
  const from = succeeded(await child.call(map(bytes))).value;
  return (await prepared(child, { kind: 'touch', from, times: bytes / LINE, stride: LINE })).run;
}

async function writeMemory(child: Session, meanwhile: () => Promise<void>): Promise<void> {
  const run = await writing(child, 32 * MIB);
  await both(child.batch(times(12, [run])), meanwhile);
}

const [AT_FDCWD, O_CREAT, O_EXCL, O_WRONLY] = [-100, 0o100, 0o200, 1];
const PIECE = 32_768;

/** A new file of so many pieces, down to the disk, and away with it. */
async function written(child: Session, pieces: number): Promise<readonly Call[]> {
  const path = `${await writableFolder(child)}/.cofferdam-neighbour-${pieces}`;
  // What is written is the stub's own memory.
  return [
    call('openat', AT_FDCWD, path, O_CREAT | O_EXCL | O_WRONLY, 0o600),
    ...times(pieces, [call('write', resultOf(0), child.hello.base, PIECE)]),
    call('fsync', resultOf(0)),
    call('close', resultOf(0)),
    call('unlinkat', AT_FDCWD, path, 0),
  ];
}

async function writeFileOnce(child: Session): Promise<number> {
  const [open, ...rest] = await written(child, 2);
  // The clock comes between: the descriptor is that of the first call all the same.
  const { nanoseconds, before } = await timed(child, rest, { before: open === undefined ? [] : [open] });
  succeeded(before[0]);
  return nanoseconds / 1e3;
}

async function writeFile(child: Session, meanwhile: () => Promise<void>): Promise<void> {
  const calls = await written(child, (8 * MIB) / PIECE);
  await both(child.batch(calls), meanwhile);
}

async function holdProcesses(child: Session, meanwhile: () => Promise<void>): Promise<void> {
  const children: number[] = [];
  for (let i = 0; i < OBJECTS; i++) {
    const pid = await child.idleChild();
    // A limit that holds is no failure.
    if (pid <= 0) break;
    children.push(pid);
  }
  try {
    await meanwhile();
  } finally {
    await child.batch(children.flatMap((pid) => [call('kill', pid, 9), call('wait4', pid, 0, 0, 0)]));
  }
}

const [AF_INET, SOCK_DGRAM] = [2, 2];

async function openSocket(child: Session): Promise<number> {
  const { nanoseconds, results } = await timed(
    child,
    Array.from({ length: 20 }, (_, i) => [
      call('socket', AF_INET, SOCK_DGRAM, 0),
      call('close', resultOf(1 + 2 * i)),
    ]).flat(),
  );
  succeeded(results[0]);
  return nanoseconds / 20;
}

/** They go with the process. */
async function holdSockets(child: Session, meanwhile: () => Promise<void>): Promise<void> {
  const held = await child.batch(times(OBJECTS, [call('socket', AF_INET, SOCK_DGRAM, 0)]));
  succeeded(held[0]);
  await meanwhile();
}

/** The number that the kernel tells of all of its objects: one of its own for each sandbox, or not. */
async function counted(child: Session, path: string): Promise<number> {
  const [open, read] = await child.batch([call('openat', AT_FDCWD, path, 0), call('read', resultOf(0), out(64), 64)]);
  succeeded(open);
  return Number.parseInt(succeeded(read).text(1), 10);
}

async function makeInotify(child: Session): Promise<number> {
  const { nanoseconds, results } = await timed(
    child,
    Array.from({ length: 20 }, (_, i) => [call('inotify_init1', 0), call('close', resultOf(1 + 2 * i))]).flat(),
  );
  succeeded(results[0]);
  return nanoseconds / 20;
}

/** As many as a user commonly may have at least (fs.inotify.max_user_instances is 128): a part of them. */
async function holdInotify(child: Session, meanwhile: () => Promise<void>): Promise<void> {
  const held = await child.batch(times(OBJECTS, [call('inotify_init1', 0)]));
  succeeded(held[0]);
  await meanwhile();
}
