import { chmodSync, copyFileSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Session, stubPath } from '../agent/index.ts';
import { CAPABILITIES, type Call, call, out, pointer, resultOf, struct, u16, u32 } from '../kernel/index.ts';
import { Groups, parseMembership } from '../live/cgroup.ts';
import { insideOf, parseIdMap } from '../live/id-maps.ts';
import { parseMountinfo } from '../live/mountinfo.ts';
import { parseStatus, type Status } from '../live/status.ts';
import { CofferdamError, Unknown } from '../posture/index.ts';
import { type Caretaker, cared } from './caretaker.ts';
import { DEFAULT_TIMEOUT_MS } from './command.ts';
import { launch } from './launch.ts';
import type { Missing, Runtime, Sandbox, StartRequest } from './types.ts';

/** What is known of a process beyond /proc. */
export interface Joined {
  readonly pid: number;
  /** Its seccomp filters, oldest first, as base64 of struct sock_filter; undefined where they could not be read. */
  readonly filters: readonly string[] | undefined;
}

/**
 * A process beside a running one: its control groups, namespaces and root, then its credentials and filters, as `docker exec` would
 * set them. The running process is not touched; ours ends with the session.
 */
export function joinRuntime(joined: Joined): Runtime {
  return {
    name: `pid:${joined.pid}`,
    title: `beside process ${joined.pid}, with its namespaces, credentials and filters`,
    takesConfig: false,
    available: async () =>
      process.getuid?.() === 0
        ? { available: true }
        : { available: false, why: 'joining the namespaces of a process needs root', enable: 'sudo cofferdam check' },
    expresses: () => 'it takes on what the process that it joins has',
    start: (request) => cared((caretaker) => start(joined, request, caretaker)),
  };
}

async function start(
  joined: Joined,
  { timeoutMs = DEFAULT_TIMEOUT_MS }: StartRequest,
  caretaker: Caretaker,
): Promise<Sandbox> {
  const stub = readFileSync(stubPath());
  // A copy of its own: what runs inside may reach it through /proc/PID/exe (CVE-2019-5736 is that way out of runc).
  const path = join(caretaker.folder(), 'stub');
  copyFileSync(stubPath(), path);
  chmodSync(path, 0o555);
  const outer = await launch({ runtime: `pid:${joined.pid}`, argv: [path], timeoutMs, caretaker, stub });
  const inner = await entered(outer, joined);
  return {
    ...outer,
    ...inner,
    close: async () => {
      inner.leave();
      await outer.close();
    },
  };
}

interface Inner {
  readonly session: Session;
  readonly pid: number;
  readonly beside: number;
  readonly missing: readonly Missing[];
  readonly leave: () => void;
}

/** Two generations: the first enters the namespaces, the second is in the PID namespace and takes the credentials on. */
function entered(outer: Sandbox, joined: Joined): Promise<Inner> {
  const missing: Missing[] = [];
  return new Promise((resolve, reject) => {
    let leave = (): void => undefined;
    const left = new Promise<void>((done) => {
      leave = done;
    });
    const first = async (entering: Session, pid: number): Promise<void> => {
      missing.push(...joinGroups(joined.pid, pid));
      await enterNamespaces(entering, joined.pid);
      const end = await entering.child(
        async (session, own) => {
          missing.push(...(await takeOn(session, joined)));
          resolve({ session, pid: own, beside: joined.pid, missing, leave });
          await left;
        },
        { seconds: 0 },
      );
      if (end.kind !== 'returned') throw failure(joined.pid, `its process ended: ${JSON.stringify(end)}`);
    };
    outer.session
      .child(first, { seconds: 0 })
      .then(
        (end) => end.kind !== 'returned' && reject(failure(joined.pid, `its process ended: ${JSON.stringify(end)}`)),
      )
      .catch(reject);
  });
}

function failure(pid: number, what: string): CofferdamError {
  return new CofferdamError(
    'sandbox',
    `process ${pid} cannot be joined: ${what}`,
    'check that it still runs, and run as root',
  );
}

// --- control groups ---------------------------------------------------------------------------------------------------

/** Into the same group of every hierarchy, by its file `cgroup.procs` (cgroups(7)). */
function joinGroups(target: number, own: number): Missing[] {
  const memberships = parseMembership(readFileSync(`/proc/${target}/cgroup`, 'utf8'));
  const groups = new Groups(memberships, parseMountinfo(readFileSync('/proc/self/mountinfo', 'utf8')));
  const missing: Missing[] = [];
  for (const { controllers, unified } of memberships) {
    const chain = groups.chainOf(controllers[0] ?? (unified ? 'cgroup' : ''));
    if (chain === undefined) continue;
    try {
      if (chain instanceof Unknown) throw new Error(chain.why);
      writeFileSync(join(chain.folders[0] ?? '', 'cgroup.procs'), String(own));
    } catch (error) {
      const why = `group of ${controllers.join(',') || 'the unified hierarchy'}: ${(error as Error).message}`;
      missing.push({ step: 'cgroup', why, facts: factsOf(controllers) });
    }
  }
  return missing;
}

const CONTROLLED: Readonly<Record<string, readonly string[]>> = {
  memory: ['limit.memory'],
  pids: ['limit.pids'],
  cpu: ['limit.cpu'],
  blkio: ['limit.io'],
  devices: ['device-rules'],
};

function factsOf(controllers: readonly string[]): readonly string[] {
  return controllers.length === 0
    ? Object.values(CONTROLLED).flat()
    : controllers.flatMap((controller) => CONTROLLED[controller] ?? []);
}

// --- namespaces -------------------------------------------------------------------------------------------------------

/** The user namespace first: it may own the others. Those that are our own already are left alone, as setns(2) would refuse some. */
const NAMESPACES = ['user', 'cgroup', 'ipc', 'uts', 'net', 'time', 'pid', 'mnt'] as const;

/** include/uapi/linux/fcntl.h */
const [AT_FDCWD, O_PATH] = [-100, 0o10000000];

async function enterNamespaces(session: Session, target: number): Promise<void> {
  const others = NAMESPACES.filter((type) => link(`/proc/${target}/ns/${type}`) !== link(`/proc/self/ns/${type}`));
  const opens = others.map((type) => call('openat', AT_FDCWD, `/proc/${target}/ns/${type}`, 0));
  const enters = others.map((_, i) => call('setns', resultOf(i + 1), 0));
  // While ids are still those that /proc shows; a user namespace may forbid it (user_namespaces(7), setgroups).
  const { groups } = parseStatus(readFileSync(`/proc/${target}/status`, 'utf8'));
  const regrouped = await session.call(call('setgroups', groups.length, struct(groups.map((group) => u32(group)))));
  if (!regrouped.ok) throw failure(target, String(regrouped));
  const calls: Call[] = [
    call('openat', AT_FDCWD, `/proc/${target}/root`, O_PATH),
    ...opens,
    ...enters,
    call('fchdir', resultOf(0)),
    call('chroot', '.'),
    call('chdir', '/'),
    ...Array.from({ length: opens.length + 1 }, (_, i) => call('close', resultOf(i))),
  ];
  const failed = (await session.batch(calls)).find((result) => !result.ok);
  if (failed !== undefined) throw failure(target, String(failed));
}

function link(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

// --- credentials ------------------------------------------------------------------------------------------------------

/** include/uapi/linux/prctl.h, capability.h, seccomp.h */
const PR = { SET_KEEPCAPS: 8, CAPBSET_DROP: 24, SET_NO_NEW_PRIVS: 38, CAP_AMBIENT: 47, AMBIENT_RAISE: 2 } as const;
const CAPABILITY_VERSION_3 = 0x20080522;
const SECCOMP_SET_MODE_FILTER = 1;

/** From the outside to the inside of what each step needs: limits, then capabilities, user, filters. */
async function takeOn(session: Session, joined: Joined): Promise<Missing[]> {
  const status = parseStatus(readFileSync(`/proc/${joined.pid}/status`, 'utf8'));
  const missing: Missing[] = [];
  const must = (result: { ok: boolean; toString(): string }): void => {
    if (!result.ok) throw failure(joined.pid, String(result));
  };
  for (const result of await session.batch(dropped(status))) must(result);
  for (const result of await session.batch(asUser(joined.pid, status))) must(result);
  await regain(session);
  const filters = await install(session, joined, status, missing);
  // Without no_new_privs a filter needs CAP_SYS_ADMIN, which the process itself may lack: it goes first then (as runc does).
  if (status.noNewPrivileges !== true) await filters();
  must(await session.call(capset(status.capabilities)));
  await session.batch(ambient(status));
  if (status.noNewPrivileges === true) {
    must(await session.call(call('prctl', PR.SET_NO_NEW_PRIVS, 1, 0, 0, 0)));
    await filters();
  }
  missing.push(...unlike(joined.pid));
  return missing;
}

const has = (mask: bigint | undefined, bit: number): boolean => (((mask ?? 0n) >> BigInt(bit)) & 1n) === 1n;

function dropped({ capabilities }: Status): Call[] {
  return CAPABILITIES.flatMap((_, bit) =>
    has(capabilities.CapBnd, bit) || !has(ownBounding(), bit) ? [] : [call('prctl', PR.CAPBSET_DROP, bit, 0, 0, 0)],
  );
}

function ownBounding(): bigint {
  return parseStatus(readFileSync('/proc/self/status', 'utf8')).capabilities.CapBnd ?? 0n;
}

/** Its user and group, as its own user namespace has them: in /proc they are those of the reader's. Capabilities are kept for the next steps. */
function asUser(pid: number, { uids: [uid = 0], gids: [gid = 0] }: Status): Call[] {
  const [user, group] = [idInside(pid, 'uid', uid), idInside(pid, 'gid', gid)];
  return [
    call('prctl', PR.SET_KEEPCAPS, 1, 0, 0, 0),
    call('setresgid', group, group, group),
    call('setresuid', user, user, user),
  ];
}

function idInside(pid: number, kind: 'uid' | 'gid', outside: number): number {
  if (link(`/proc/${pid}/ns/user`) === link('/proc/self/ns/user')) return outside;
  const inside = insideOf(parseIdMap(readFileSync(`/proc/${pid}/${kind}_map`, 'utf8')), outside);
  if (inside === undefined) throw failure(pid, `its ${kind} ${outside} is not mapped in its user namespace`);
  return inside;
}

/** Leaving uid 0 takes the effective set away; the permitted one is kept, and gives it back. */
async function regain(session: Session): Promise<void> {
  const kept = await session.call(call('capget', struct([u32(CAPABILITY_VERSION_3), u32(0)]), out(24)));
  const [low, high] = [4, 16].map((at) => BigInt(kept.bytes(1).readUInt32LE(at)));
  const permitted = (low ?? 0n) | ((high ?? 0n) << 32n);
  await session.call(capset({ CapEff: permitted, CapPrm: permitted, CapInh: 0n }));
}

function capset(capabilities: Status['capabilities']): Call {
  const words = (shift: bigint) =>
    [capabilities.CapEff, capabilities.CapPrm, capabilities.CapInh].map((set) =>
      u32(((set ?? 0n) >> shift) & 0xffffffffn),
    );
  return call('capset', struct([u32(CAPABILITY_VERSION_3), u32(0)]), struct([...words(0n), ...words(32n)]));
}

function ambient({ capabilities }: Status): Call[] {
  return CAPABILITIES.flatMap((_, bit) =>
    has(capabilities.CapAmb, bit) ? [call('prctl', PR.CAP_AMBIENT, PR.AMBIENT_RAISE, bit, 0, 0)] : [],
  );
}

async function install(
  session: Session,
  { filters, pid }: Joined,
  status: Status,
  missing: Missing[],
): Promise<() => Promise<void>> {
  if (filters === undefined) {
    missing.push({ step: 'seccomp', why: 'its filters could not be read', facts: ['seccomp'] });
    return async () => undefined;
  }
  return async () => {
    for (const filter of filters) {
      const bytes = Buffer.from(filter, 'base64');
      const program = struct([u16(bytes.length / 8), pointer(bytes)]);
      const result = await session.call(call('seccomp', SECCOMP_SET_MODE_FILTER, 0, program));
      if (result.ok) continue;
      missing.push({ step: 'seccomp', why: `process ${pid}, mode ${status.seccomp}: ${result}`, facts: ['seccomp'] });
      return;
    }
  };
}

/** What is not taken on. */
function unlike(pid: number): Missing[] {
  const label = (path: string): string => {
    try {
      return readFileSync(path, 'utf8').replaceAll('\0', '').trim();
    } catch {
      return '';
    }
  };
  const [theirs, ours] = [label(`/proc/${pid}/attr/current`), label('/proc/self/attr/current')];
  return theirs === ours
    ? []
    : [{ step: 'lsm', why: `its label is ${theirs}, the probing process has ${ours}`, facts: ['lsm.'] }];
}
