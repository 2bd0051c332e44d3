import { type DeviceRule, factOf, type LimitName, type Statement, Unknown, type Value } from '../posture/index.ts';
import { type Files, isMissing } from './files.ts';
import { isBelow, type MountEntry, visibleMounts } from './mountinfo.ts';

/** A line of /proc/PID/cgroup: `ID:CONTROLLERS:PATH`; the unified hierarchy has number 0 and names none. */
export interface Membership {
  readonly controllers: readonly string[];
  readonly unified: boolean;
  readonly path: string;
}

export function parseMembership(text: string): readonly Membership[] {
  return text.split('\n').flatMap((line) => {
    const [, id, controllers, path] = /^(\d+):([^:]*):(\/.*)$/.exec(line) ?? [];
    if (path === undefined) return [];
    const names = (controllers ?? '').split(',').filter((name) => name !== '');
    return [{ controllers: names, unified: id === '0' && names.length === 0, path: path.replace(/ \(deleted\)$/, '') }];
  });
}

export type CgroupMode = 'v1' | 'v2' | 'hybrid';

/** By what is mounted: controllers of version 1 and the unified hierarchy beside them are hybrid, as systemd calls it. */
export function cgroupMode(mounts: readonly MountEntry[]): CgroupMode | undefined {
  const unified = mounts.some((mount) => mount.type === 'cgroup2');
  const legacy = mounts.some((mount) => mount.type === 'cgroup');
  if (unified && legacy) return 'hybrid';
  return unified ? 'v2' : legacy ? 'v1' : undefined;
}

/** The folders of a group and of its ancestors, the group's own first: every one limits what is below. */
interface Chain {
  readonly version: 1 | 2;
  readonly folders: readonly string[];
}

/** Where a process is limited by a controller. Unknown: its group cannot be seen from here. */
export class Groups {
  readonly #memberships: readonly Membership[];
  readonly #mounts: readonly MountEntry[];

  /** `mounts`: of this program, through which the files are read. */
  constructor(memberships: readonly Membership[], mounts: readonly MountEntry[]) {
    this.#memberships = memberships;
    this.#mounts = visibleMounts(mounts);
  }

  /** undefined: no hierarchy has the controller. */
  chainOf(controller: string): Value<Chain> | undefined {
    const legacy = this.#memberships.find((one) => one.controllers.includes(controller));
    if (legacy !== undefined) {
      const mount = this.#mounts.find((one) => one.type === 'cgroup' && one.superOptions.includes(controller));
      return chainIn(mount, legacy.path, 1, `the ${controller} hierarchy`);
    }
    const unified = this.#memberships.find((one) => one.unified);
    if (unified === undefined) return undefined;
    const mount = this.#mounts.find((one) => one.type === 'cgroup2');
    return chainIn(mount, unified.path, 2, 'the unified hierarchy');
  }
}

function chainIn(mount: MountEntry | undefined, path: string, version: 1 | 2, name: string): Value<Chain> {
  if (mount === undefined) return new Unknown(`${name} is not mounted here: its limits cannot be read`);
  if (path.startsWith('/..')) return new Unknown(`its group in ${name} lies outside this program's cgroup namespace`);
  if (path !== mount.root && !isBelow(path, mount.root))
    return new Unknown(`its group ${path} lies outside of what is mounted at ${mount.point}`);
  const folders: string[] = [];
  for (let at = mount.root === '/' ? path : path.slice(mount.root.length); ; at = at.slice(0, at.lastIndexOf('/'))) {
    folders.push(at === '/' || at === '' ? mount.point : `${mount.point}${at}`);
    if (at === '/' || at === '') break;
  }
  return { version, folders };
}

type Limit = number | 'none';

/** A limit's controller, and how a folder's files tell it. */
interface LimitReader {
  readonly name: LimitName;
  readonly controller: { readonly 1: string; readonly 2: string };
  readonly read: Readonly<Record<1 | 2, (files: Files, folder: string) => Value<Limit>>>;
}

/** Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/ (memory, pids, blkio), scheduler/sched-bwc.rst of Linux 6.18. */
const LIMITS: readonly LimitReader[] = [
  {
    name: 'memory',
    controller: { 1: 'memory', 2: 'memory' },
    read: { 1: oneNumber('memory.limit_in_bytes'), 2: oneNumber('memory.max') },
  },
  {
    name: 'memory-swap',
    controller: { 1: 'memory', 2: 'memory' },
    read: { 1: oneNumber('memory.memsw.limit_in_bytes'), 2: memoryAndSwap },
  },
  { name: 'pids', controller: { 1: 'pids', 2: 'pids' }, read: { 1: oneNumber('pids.max'), 2: oneNumber('pids.max') } },
  { name: 'cpu', controller: { 1: 'cpu', 2: 'cpu' }, read: { 1: quotaV1, 2: quotaV2 } },
  { name: 'io', controller: { 1: 'blkio', 2: 'io' }, read: { 1: throttleV1, 2: throttleV2 } },
];

export function limitStatements(files: Files, groups: Groups): Statement[] {
  return LIMITS.map((limit) => {
    const chain = chainFor(groups, limit);
    if (chain === undefined || chain instanceof Unknown) {
      const why = chain ?? new Unknown(`no hierarchy has the controller for ${limit.name}`);
      return observed('/proc/PID/cgroup', factOf(`limit.${limit.name}`, why));
    }
    const { value, folder } = least(files, chain, limit);
    return observed(folder, factOf(`limit.${limit.name}`, value));
  });
}

/** Version 1 names some controllers otherwise. */
function chainFor(groups: Groups, limit: LimitReader): Value<Chain> | undefined {
  const first = groups.chainOf(limit.controller[1]);
  if (first === undefined || first instanceof Unknown || first.version === 1) return first;
  return groups.chainOf(limit.controller[2]);
}

/** The tightest of the group's and its ancestors' limits. */
function least(files: Files, chain: Chain, limit: LimitReader): { value: Value<Limit>; folder: string } {
  let best: { value: Value<Limit>; folder: string } = { value: 'none', folder: chain.folders[0] ?? '' };
  for (const folder of chain.folders) {
    const value = limit.read[chain.version](files, folder);
    if (value instanceof Unknown) return { value, folder };
    if (value !== 'none' && (best.value === 'none' || value < (best.value as number))) best = { value, folder };
  }
  return best;
}

function observed(from: string, facts: Statement['facts']): Statement {
  return { phase: 'run', source: { kind: 'observed', from }, facts };
}

/** Version 1 writes "no limit" as the highest multiple of a page (PAGE_COUNTER_MAX): everything from 2^62 on. */
const ENDLESS = 2 ** 62;

/** A file that is not there: the root of the hierarchy, or a group without the controller; its ancestors limit it. */
function oneNumber(name: string) {
  return (files: Files, folder: string): Value<Limit> => {
    const text = files.text(`${folder}/${name}`);
    if (text instanceof Unknown) return isMissing(text) ? 'none' : text;
    return parseLimit(text.trim()) ?? new Unknown(`${folder}/${name} is not understood`);
  };
}

export function parseLimit(text: string): Limit | undefined {
  if (text === 'max' || text === '-1') return 'none';
  if (!/^\d+$/.test(text)) return undefined;
  return Number(text) >= ENDLESS ? 'none' : Number(text);
}

/** Engines count memory and swap together, version 2 each alone. */
function memoryAndSwap(files: Files, folder: string): Value<Limit> {
  const memory = oneNumber('memory.max')(files, folder);
  const swap = oneNumber('memory.swap.max')(files, folder);
  if (memory instanceof Unknown || swap instanceof Unknown) return memory instanceof Unknown ? memory : swap;
  return memory === 'none' || swap === 'none' ? 'none' : memory + swap;
}

function quotaV1(files: Files, folder: string): Value<Limit> {
  const quota = oneNumber('cpu.cfs_quota_us')(files, folder);
  const period = oneNumber('cpu.cfs_period_us')(files, folder);
  if (quota instanceof Unknown || period instanceof Unknown) return quota instanceof Unknown ? quota : period;
  return quota === 'none' || period === 'none' || period === 0 ? 'none' : quota / period;
}

function quotaV2(files: Files, folder: string): Value<Limit> {
  const text = files.text(`${folder}/cpu.max`);
  if (text instanceof Unknown) return isMissing(text) ? 'none' : text;
  const [quota, period] = text.trim().split(' ').map(parseLimit);
  if (quota === undefined) return new Unknown(`${folder}/cpu.max is not understood`);
  return quota === 'none' || typeof period !== 'number' || period === 0 ? 'none' : quota / period;
}

/** `MAJOR:MINOR BYTES`: the highest, as the one that decides how much can be moved. */
function throttleV1(files: Files, folder: string): Value<Limit> {
  const rates: number[] = [];
  for (const name of ['blkio.throttle.read_bps_device', 'blkio.throttle.write_bps_device']) {
    const text = files.text(`${folder}/${name}`);
    if (text instanceof Unknown && !isMissing(text)) return text;
    if (!(text instanceof Unknown)) for (const [, rate] of text.matchAll(/^\d+:\d+ (\d+)$/gm)) rates.push(Number(rate));
  }
  return rates.length === 0 ? 'none' : Math.max(...rates);
}

function throttleV2(files: Files, folder: string): Value<Limit> {
  const text = files.text(`${folder}/io.max`);
  if (text instanceof Unknown) return isMissing(text) ? 'none' : text;
  const rates = [...text.matchAll(/\b[rw]bps=(\d+)/g)].map(([, rate]) => Number(rate));
  if (rates.length > 0) return Math.max(...rates);
  return /\b[rw]iops=\d/.test(text) ? new Unknown(`${folder}/io.max limits operations, not bytes`) : 'none';
}

/** Whether a group of version 1 goes on without its out-of-memory killer; version 2 has no such switch. */
export function oomStatement(files: Files, groups: Groups): Statement | undefined {
  const chain = groups.chainOf('memory');
  if (chain === undefined || chain instanceof Unknown) return undefined;
  if (chain.version === 2) return observed(chain.folders[0] ?? '', { 'oom-kill-disabled': false });
  const path = `${chain.folders[0]}/memory.oom_control`;
  const text = files.text(path);
  if (text instanceof Unknown) return observed(path, { 'oom-kill-disabled': text });
  return observed(path, { 'oom-kill-disabled': /^oom_kill_disable 1$/m.test(text) });
}

/** Where it is decided on devices: by a list of version 1, or by programs of the version 2 group. */
export function deviceController(groups: Groups): Value<{ readonly version: 1 | 2; readonly folder: string }> {
  const chain = groups.chainOf('devices');
  if (chain === undefined) return new Unknown('no hierarchy has a device controller');
  return chain instanceof Unknown ? chain : { version: chain.version, folder: chain.folders[0] ?? '' };
}

/** devcgroup_seq_show(), security/device_cgroup.c: what is let through; everything else is refused. */
export function parseDeviceList(text: string): readonly DeviceRule[] {
  const refused: DeviceRule = { allow: false, type: 'a', access: 'rwm' };
  const allowed = [...text.matchAll(/^([abc]) (\d+|\*):(\d+|\*) ([rwm]+)$/gm)].map(
    ([, type, major, minor, access]): DeviceRule => ({
      allow: true,
      type: type as DeviceRule['type'],
      ...(major !== '*' && { major: Number(major) }),
      ...(minor !== '*' && { minor: Number(minor) }),
      access: access ?? '',
    }),
  );
  return [refused, ...allowed];
}
