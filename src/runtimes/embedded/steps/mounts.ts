import { posix } from 'node:path';
import { call, struct, u64 } from '../../../kernel/index.ts';
import type { Hierarchy } from '../cgroup.ts';
import { readHierarchies } from '../cgroup.ts';
import type { MountEntry } from '../config.ts';
import { modeOf } from '../host.ts';
import { AT_FDCWD, AT_RECURSIVE, MS } from '../linux.ts';
import { attributesOf, type MountOptions, parseMountOptions } from '../mount-options.ts';
import { either, may, must, type Operation, type Task } from '../operation.ts';
import type { Plan } from '../plan.ts';
import { bindSource } from './stand-ins.ts';
import type { Step } from './step.ts';

export const MOUNTS_STEP: Step = {
  name: 'mounts',
  does: 'the mounts of the configuration, in their order, with flags and propagation',
  stage: 'inside',
  tasks: (plan) => (plan.joinsMounts ? [] : (plan.config.mounts ?? []).flatMap((mount) => mountTasks(plan, mount))),
};

/** Memory that is to be read-only was writable until its mount points and nodes were made (runc finalizeRootfs). */
export const READONLY_MEMORY_STEP: Step = {
  name: 'readonly-memory',
  does: 'tmpfs and /dev become read-only, where they are asked to be',
  stage: 'inside',
  tasks: (plan) =>
    (plan.config.mounts ?? []).flatMap((mount): Task[] => {
      const { flags } = parseMountOptions(mount.options ?? []);
      if (!isLate(mount) || (flags & MS.RDONLY) === 0 || plan.joinsMounts) return [];
      const to = plan.tree.resolve(mount.destination);
      const operations = [must(call('mount', 'none', to, 0, flags | MS.REMOUNT | MS.BIND, 0))];
      return [{ what: `make ${to} read-only`, facts: [`mount.${mount.destination}`], operations }];
    }),
};

function isLate({ type, destination }: MountEntry): boolean {
  return type === 'tmpfs' || posix.normalize(destination) === '/dev';
}

export function isBind({ type, options = [] }: MountEntry): boolean {
  return type === 'bind' || options.includes('bind') || options.includes('rbind');
}

function mountTasks(plan: Plan, mount: MountEntry): readonly Task[] {
  const options = parseMountOptions(mount.options ?? []);
  const facts = [`mount.${mount.destination}`];
  if (options.unperformed.length > 0 || mount.uidMappings !== undefined) {
    plan.lacks(
      'mounts',
      `${mount.destination}: ${[...options.unperformed, ...(mount.uidMappings ? ['uidMappings'] : [])].join(', ')} not performed`,
      ...facts,
    );
  }
  const to = plan.tree.resolve(mount.destination);
  if (to === '/') {
    plan.lacks('mounts', `nothing is mounted over the root (${mount.source ?? mount.type ?? ''})`, ...facts);
    return [];
  }
  if (isBind(mount)) return bind(plan, mount, to, options);
  if (mount.type === 'cgroup' && !isUnified(plan)) return cgroupV1(plan, mount, to, options);
  const task = fresh(plan, mount, to, options);
  return task === undefined ? [] : [task];
}

function isUnified({ machine }: Plan): boolean {
  return readHierarchies(machine.files).every(({ version }) => version === 2);
}

/** A file system of its own. */
function fresh(plan: Plan, mount: MountEntry, to: string, options: MountOptions): Task | undefined {
  const facts = [`mount.${mount.destination}`];
  const point = plan.tree.make(to, 'folder');
  if (point === undefined) return cannotMake(plan, mount.destination);
  const type = mount.type === 'cgroup' ? 'cgroup2' : (mount.type ?? 'none');
  const mode = type === 'tmpfs' ? existingMode(plan, to) : [];
  const data = [...mode, ...permittedData(plan, mount.destination, options.data)].join(',');
  const flags = isLate(mount) ? options.flags & ~MS.RDONLY : options.flags;
  plan.tree.put(to, MEMORY.has(type) ? { kind: 'own' } : { kind: 'kernel' });
  return {
    what: `mount ${type} on ${to}`,
    facts,
    operations: [
      ...point,
      must(call('mount', mount.source ?? type, to, type, flags, data === '' ? 0 : data)),
      ...propagation(to, options),
    ],
  };
}

const MEMORY: ReadonlySet<string> = new Set(['tmpfs', 'ramfs']);

/** runc createOpenMountpoint: a tmpfs takes the mode of the folder that it covers, unless it is told another. */
function existingMode({ tree, lower, machine }: Plan, to: string): string[] {
  if (tree.kindAt(to) === undefined) return [];
  const mode = lower === undefined ? undefined : modeOf(machine.files, lower + to);
  return mode === undefined ? [] : [`mode=${mode.toString(8).padStart(4, '0')}`];
}

/** An id that the user namespace does not map is refused with the whole mount (devpts, fs/devpts/inode.c). */
function permittedData(plan: Plan, destination: string, data: readonly string[]): readonly string[] {
  return data.filter((option) => {
    const gid = /^gid=(\d+)$/.exec(option)?.[1];
    if (gid === undefined || plan.mapsGid(Number(gid))) return true;
    plan.lacks('mounts', `${destination}: ${option} is not in the user namespace's map, and is left out`);
    return false;
  });
}

function propagation(to: string, { propagation, recursive }: MountOptions): readonly Operation[] {
  const changes = propagation.map((flags) => must(call('mount', 'none', to, 0, flags, 0)));
  return recursive === undefined
    ? changes
    : [...changes, must(setAttributes(to, recursive.set, recursive.clear, AT_RECURSIVE))];
}

function setAttributes(to: string, set: number, clear: number, at: number): ReturnType<typeof call> {
  return call('mount_setattr', AT_FDCWD, to, at, struct([u64(set), u64(clear), u64(0), u64(0)]), 32);
}

function cannotMake(plan: Plan, destination: string): undefined {
  plan.lacks(
    'mounts',
    `${destination} does not exist in what is bound there, and is not made on the host`,
    `mount.${destination}`,
  );
  return undefined;
}

function bind(plan: Plan, mount: MountEntry, to: string, options: MountOptions): readonly Task[] {
  const source = bindSource(plan, mount.source ?? '', to, mount.destination);
  const point = plan.tree.make(to, source.kind);
  if (point === undefined) {
    cannotMake(plan, mount.destination);
    return [];
  }
  plan.tree.put(to, source.cover);
  const wanted = options.flags & ~(MS.BIND | MS.REC | MS.REMOUNT);
  const operations = [
    ...point,
    ...source.operations(options.flags & (MS.BIND | MS.REC)),
    ...options.propagation.map((flags) => must(call('mount', 'none', to, 0, flags, 0))),
    ...(wanted === 0 && options.cleared === 0 ? [] : flagsOfBind(to, options)),
    ...propagation(to, { ...options, propagation: [] }),
  ];
  return [{ what: `bind ${mount.source} on ${to}`, facts: [`mount.${mount.destination}`], operations }];
}

/**
 * A bind mount takes flags by a second call alone. Where the source has flags that are locked (mount_namespaces(7)), a call that
 * would take one off is refused; then those asked for are put on top of them.
 */
function flagsOfBind(to: string, { flags, cleared }: MountOptions): readonly Operation[] {
  const whole = call('mount', 'none', to, 0, (flags & ~MS.REC) | MS.BIND | MS.REMOUNT, 0);
  const onTop = attributesOf(flags);
  // A flag that is asked to be off is off only where the first call works.
  if (onTop === 0 && cleared !== 0) return [may(whole)];
  return [either(whole), either(setAttributes(to, onTop, 0, 0))];
}

/** Controllers of version 1: one mount each in a small tmpfs, which stays writable (runc mountCgroupV1). */
function cgroupV1(plan: Plan, mount: MountEntry, to: string, options: MountOptions): readonly Task[] {
  const point = plan.tree.make(to, 'folder');
  if (point === undefined || plan.tree.isBelowHost(to)) {
    cannotMake(plan, mount.destination);
    return [];
  }
  plan.tree.put(to, { kind: 'own' });
  const hardened = MS.NOSUID | MS.NODEV | MS.NOEXEC;
  const hierarchies = readHierarchies(plan.machine.files).filter(({ version }) => version === 1);
  const links = hierarchies.flatMap(({ point: at }) =>
    aliases(posix.basename(at)).map((name) => [posix.basename(at), posix.join(to, name)] as const),
  );
  const operations = [
    ...point,
    must(call('mount', 'tmpfs', to, 'tmpfs', hardened, 'mode=755')),
    ...propagation(to, options),
    ...hierarchies.flatMap((hierarchy) => oneController(plan, hierarchy, to, options)),
    ...links.map(([target, link]) => may(call('symlinkat', target, AT_FDCWD, link))),
  ];
  return [{ what: `mount cgroup on ${to}`, facts: [`mount.${mount.destination}`], operations }];
}

function oneController(plan: Plan, hierarchy: Hierarchy, to: string, { flags }: MountOptions): readonly Operation[] {
  const name = posix.basename(hierarchy.point);
  const at = posix.join(to, name);
  const readonly = flags & MS.RDONLY;
  const make = must(call('mkdirat', AT_FDCWD, at, 0o755));
  if (plan.own.has('cgroup')) {
    const all = MS.NOSUID | MS.NODEV | MS.NOEXEC | readonly;
    return [make, must(call('mount', 'cgroup', at, 'cgroup', all, hierarchy.controllers.join(',')))];
  }
  const group = plan.cgroups.groups.find((one) => one.hierarchy.point === hierarchy.point);
  return [
    make,
    must(call('mount', `.${group?.folder ?? hierarchy.own}`, at, 0, MS.BIND | MS.REC, 0)),
    must(call('mount', 'none', at, 0, (flags & ~MS.REC) | MS.BIND | MS.REMOUNT, 0)),
  ];
}

function aliases(name: string): readonly string[] {
  return name.includes(',') ? name.split(',') : [];
}
