import { randomBytes } from 'node:crypto';
import { posix } from 'node:path';
import type { Files } from '../../live/index.ts';
import { Unknown } from '../../posture/index.ts';
import type { Machine } from '../machine.ts';
import { cgroupDevicesV1, cgroupDevicesV2 } from './cgroup-devices.ts';
import type { Resources } from './config.ts';
import { kindOf, text } from './host.ts';
import type { Plan } from './plan.ts';

/** One mounted hierarchy, and the group in it that this process is in. */
export interface Hierarchy {
  readonly version: 1 | 2;
  /** Controllers of version 1 (`cpu`, `cpuacct`, `name=systemd`); those that children may use, of version 2. */
  readonly controllers: readonly string[];
  readonly point: string;
  /** Folder of this process's own group. */
  readonly own: string;
}

/** A file of a group and what is written to it. */
interface Setting {
  readonly file: string;
  readonly value: string;
}

/** The groups of one container. */
export interface Cgroups {
  readonly hierarchies: readonly Hierarchy[];
  /** Folders to be made, one a hierarchy; none where nothing asks for them. */
  readonly groups: readonly {
    readonly hierarchy: Hierarchy;
    readonly folder: string;
    readonly first: readonly Setting[];
  }[];
  /** Limits by step, each with the facts that hang on it. */
  readonly limits: readonly {
    readonly step: string;
    readonly facts: readonly string[];
    readonly folder: string;
    readonly settings: readonly Setting[];
    /** Decides on devices, where the group is one of version 2. */
    readonly program?: Uint8Array;
  }[];
}

/** What each controller is asked for. */
interface Wish {
  readonly step: string;
  readonly controller: string;
  readonly facts: readonly string[];
  readonly v1: readonly (readonly [string, string])[];
  readonly v2: readonly (readonly [string, string])[];
  /** For version 2, which has no file for devices. */
  readonly program?: Uint8Array;
}

const PREFIX = 'cofferdam-';

export function planCgroups(plan: Plan): Cgroups {
  const wishes = wishesOf(plan.config.linux?.resources ?? {}).filter(({ step }) => plan.performs(step));
  const shown = (plan.config.mounts ?? []).some(({ type }) => type === 'cgroup' || type === 'cgroup2');
  if ((wishes.length === 0 && !shown) || !plan.performs('cgroup')) return { hierarchies: [], groups: [], limits: [] };
  const { machine } = plan;
  const hierarchies = readHierarchies(machine.files);
  const name = `${PREFIX}${machine.maker}-${randomBytes(4).toString('hex')}`;
  const served = wishes.map((wish) => ({ wish, hierarchy: serving(hierarchies, wish.controller) }));
  const wanted = shown ? hierarchies : hierarchies.filter((one) => served.some(({ hierarchy }) => hierarchy === one));
  const groups = wanted.flatMap((hierarchy) => {
    const parent = parentFor(
      machine,
      hierarchy,
      wishes.map(({ controller }) => controller),
    );
    return parent === undefined
      ? []
      : [{ hierarchy, folder: posix.join(parent, name), first: inherited(machine.files, hierarchy) }];
  });
  if (groups.length < wanted.length) {
    plan.lacks('cgroup', 'this user may not make control groups', ...new Set(wishes.flatMap(({ facts }) => facts)));
  }
  const limits = served.flatMap(({ wish, hierarchy }) => {
    const { step, facts, controller, program } = wish;
    const folder = groups.find((one) => one.hierarchy === hierarchy)?.folder;
    if (hierarchy === undefined) plan.lacks(step, `no hierarchy here has the controller ${controller}`, ...facts);
    if (hierarchy === undefined || folder === undefined) return [];
    const files = hierarchy.version === 2 ? wish.v2 : wish.v1;
    const settings = files.map(([file, value]) => ({ file: posix.join(folder, file), value }));
    return [{ step, facts, folder, settings, ...(hierarchy.version === 2 && program !== undefined && { program }) }];
  });
  return { hierarchies, groups, limits };
}

function serving(hierarchies: readonly Hierarchy[], controller: string): Hierarchy | undefined {
  const unified = hierarchies.find(({ version }) => version === 2);
  const legacy = hierarchies.find(({ version, controllers }) => version === 1 && controllers.includes(controller));
  if (legacy !== undefined) return legacy;
  const name = controller === 'blkio' ? 'io' : controller;
  return name === 'devices' || unified?.controllers.includes(name) ? unified : undefined;
}

/** Files: Documentation/admin-guide/cgroup-v1 and cgroup-v2.rst; what goes into them as runc writes it (cgroups fs, fs2). */
function wishesOf({ memory, pids, cpu, blockIO, devices = [] }: Resources): Wish[] {
  const wishes: Wish[] = [];
  const add = (step: Wish['step'], controller: string, facts: readonly string[], v1: Entries, v2: Entries): void => {
    const given = (files: Entries): [string, string][] =>
      files.flatMap(([file, value]): [string, string][] => (value === undefined ? [] : [[file, String(value)]]));
    if (given(v1).length > 0) wishes.push({ step, controller, facts, v1: given(v1), v2: given(v2) });
  };
  const { limit, swap, reservation, disableOOMKiller } = memory ?? {};
  add(
    'cgroup-memory',
    'memory',
    ['limit.memory', 'limit.memory-swap', ...(disableOOMKiller ? ['oom-kill-disabled'] : [])],
    [
      ['memory.limit_in_bytes', limit],
      ['memory.memsw.limit_in_bytes', swap],
      ['memory.soft_limit_in_bytes', reservation],
      ['memory.oom_control', disableOOMKiller ? 1 : undefined],
    ],
    [
      ['memory.max', maximum(limit)],
      ['memory.swap.max', limit === undefined || swap === undefined ? undefined : maximum(swap, limit)],
      ['memory.low', reservation],
    ],
  );
  const most = pids?.limit === undefined ? undefined : maximum(pids.limit);
  add('cgroup-pids', 'pids', ['limit.pids'], [['pids.max', most]], [['pids.max', most]]);
  const { shares, quota, period } = cpu ?? {};
  add(
    'cgroup-cpu',
    'cpu',
    ['limit.cpu'],
    [
      ['cpu.shares', shares],
      ['cpu.cfs_period_us', period],
      ['cpu.cfs_quota_us', quota],
    ],
    [
      ['cpu.weight', shares === undefined ? undefined : 1 + Math.trunc(((Number(shares) - 2) * 9999) / 262_142)],
      ['cpu.max', quota === undefined ? undefined : `${maximum(quota)} ${period ?? 100_000}`],
    ],
  );
  const { weight } = blockIO ?? {};
  const throttled = Object.entries(THROTTLES).flatMap(([key, names]) =>
    (blockIO?.[key as keyof typeof THROTTLES] ?? []).map(({ major, minor, rate }) => ({
      at: `${major}:${minor}`,
      rate,
      ...names,
    })),
  );
  add(
    'cgroup-io',
    'blkio',
    ['limit.io'],
    [['blkio.bfq.weight', weight], ...throttled.map(({ v1, at, rate }): FileEntry => [v1, `${at} ${rate}`])],
    [['io.bfq.weight', weight], ...throttled.map(({ v2, at, rate }): FileEntry => ['io.max', `${at} ${v2}=${rate}`])],
  );
  wishes.push({
    step: 'cgroup-devices',
    controller: 'devices',
    facts: ['device-rules'],
    v1: cgroupDevicesV1(devices),
    v2: [],
    program: cgroupDevicesV2(devices),
  });
  return wishes;
}

/** Members of `blockIO` and what each is called in the files: Documentation/admin-guide/cgroup-v1/blkio-controller.rst and cgroup-v2.rst. */
const THROTTLES = {
  throttleReadBpsDevice: { v1: 'blkio.throttle.read_bps_device', v2: 'rbps' },
  throttleWriteBpsDevice: { v1: 'blkio.throttle.write_bps_device', v2: 'wbps' },
  throttleReadIOPSDevice: { v1: 'blkio.throttle.read_iops_device', v2: 'riops' },
  throttleWriteIOPSDevice: { v1: 'blkio.throttle.write_iops_device', v2: 'wiops' },
} as const;

type FileEntry = readonly [string, number | bigint | string | undefined];
type Entries = readonly FileEntry[];

/** Below zero is no limit. */
function maximum(value: number | bigint | undefined, less: number | bigint = 0): string | undefined {
  if (value === undefined) return undefined;
  return value < 0 ? 'max' : String(BigInt(value) - BigInt(less));
}

/** A group of version 1 is made in one's own; one of version 2 where the controllers are handed down already, which is not ours to change. */
function parentFor(
  machine: Machine,
  { version, own, point }: Hierarchy,
  controllers: readonly string[],
): string | undefined {
  for (let folder = own; ; folder = posix.dirname(folder)) {
    const handedDown = version === 1 ? [] : words(text(machine.files, posix.join(folder, 'cgroup.subtree_control')));
    const available = version === 1 ? [] : words(text(machine.files, posix.join(folder, 'cgroup.controllers')));
    const needs = version === 1 ? [] : controllers.filter((name) => available.includes(name));
    if (needs.every((name) => handedDown.includes(name)) && machine.mayWrite(folder)) return folder;
    if (version === 1 || folder === point || folder === '/') return undefined;
  }
}

/** A group of cpuset takes no process before it has processors and memory (kernel/cgroup/cpuset-v1.c). */
function inherited(files: Files, { version, controllers, own }: Hierarchy): Setting[] {
  if (version === 2 || !controllers.includes('cpuset')) return [];
  return ['cpuset.cpus', 'cpuset.mems'].map((file) => ({ file, value: text(files, posix.join(own, file)).trim() }));
}

export function readHierarchies(files: Files): readonly Hierarchy[] {
  const memberships = text(files, '/proc/self/cgroup')
    .split('\n')
    .flatMap((line) => {
      const [, names = '', path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
      return path === undefined ? [] : [{ names: names.split(','), path }];
    });
  return text(files, '/proc/self/mountinfo')
    .split('\n')
    .flatMap((line): Hierarchy[] => {
      const [, root, point, type, options] = /^\S+ \S+ \S+ (\S+) (\S+) .* - (cgroup2?) \S+ (\S+)$/.exec(line) ?? [];
      if (root === undefined || point === undefined || options === undefined) return [];
      const version = type === 'cgroup2' ? 2 : 1;
      const has = options.split(',');
      const member = memberships.find(({ names }) =>
        version === 2 ? names[0] === '' : names.every((name) => has.includes(name)),
      );
      if (member === undefined) return [];
      const controllers = version === 2 ? words(text(files, posix.join(point, 'cgroup.controllers'))) : member.names;
      // A path outside the mounted part begins with `/..`, and its folder cannot be seen from here.
      const below = root === '/' ? member.path : member.path.startsWith(root) ? member.path.slice(root.length) : '/';
      return [{ version, controllers, point, own: posix.join(point, below) }];
    });
}

function words(line: string): readonly string[] {
  return line.split(/\s+/).filter((word) => word !== '');
}

const swept = new WeakSet<Machine>();

/** Groups whose maker was killed, and whose guard as well: once a machine. */
export function sweepLeftGroups(machine: Machine, hierarchies: readonly Hierarchy[]): void {
  if (swept.has(machine)) return;
  swept.add(machine);
  const { files } = machine;
  for (const { own } of hierarchies) {
    const names = files.list(own);
    for (const name of names instanceof Unknown ? [] : names) {
      const maker = new RegExp(`^${PREFIX}(\\d+)-[0-9a-f]{8}$`).exec(name)?.[1];
      if (maker !== undefined && kindOf(files, `/proc/${maker}`) === undefined) {
        machine.removeFolder(posix.join(own, name));
      }
    }
  }
}
