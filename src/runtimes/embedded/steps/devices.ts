import { posix } from 'node:path';
import { call } from '../../../kernel/index.ts';
import type { DeviceNode } from '../config.ts';
import { kindOf } from '../host.ts';
import { AT_FDCWD, deviceNumber, MS, S } from '../linux.ts';
import { may, must, type Operation, type Task } from '../operation.ts';
import { holds, type Plan } from '../plan.ts';
import { isBind } from './mounts.ts';
import type { Step } from './step.ts';

/** Runtimes supply these, asked or not: runtime-spec config-linux.md, Default Devices. */
const DEFAULTS: readonly DeviceNode[] = [
  ['/dev/null', 1, 3] as const,
  ['/dev/zero', 1, 5] as const,
  ['/dev/full', 1, 7] as const,
  ['/dev/random', 1, 8] as const,
  ['/dev/urandom', 1, 9] as const,
  ['/dev/tty', 5, 0] as const,
].map(([path, major, minor]) => ({ path, type: 'c', major, minor }));

/** runc setupDevSymlinks and setupPtmx. */
const LINKS = [
  ['pts/ptmx', '/dev/ptmx'],
  ['/proc/self/fd', '/dev/fd'],
  ['/proc/self/fd/0', '/dev/stdin'],
  ['/proc/self/fd/1', '/dev/stdout'],
  ['/proc/self/fd/2', '/dev/stderr'],
] as const;
const CORE = ['/proc/kcore', '/dev/core'] as const;

export const DEVICES_STEP: Step = {
  name: 'devices',
  does: 'device nodes: made where this user may, else those of the host bound in their place',
  stage: 'inside',
  tasks: (plan) => {
    if (plan.joinsMounts || bindsDev(plan)) return [];
    const stated = (plan.config.linux?.devices ?? []).filter(({ path }) => posix.normalize(path) !== '/dev/ptmx');
    const unstated = DEFAULTS.filter(({ path }) => !stated.some((one) => one.path === path));
    return [...unstated, ...stated].flatMap((device) => deviceTasks(plan, device));
  },
};

export const DEVICE_LINKS_STEP: Step = {
  name: 'device-links',
  does: 'the links that programs look for in /dev',
  stage: 'inside',
  tasks: (plan) => {
    if (plan.joinsMounts || bindsDev(plan) || plan.tree.cover('/dev').kind !== 'own') return [];
    const links = kindOf(plan.machine.files, '/proc/kcore') === undefined ? LINKS : [...LINKS, CORE];
    const operations = links.map(([target, path]) => may(call('symlinkat', target, AT_FDCWD, path)));
    return [{ what: 'link', facts: [], operations }];
  },
};

/** runc needsSetupDev: whoever binds a /dev has furnished it. */
function bindsDev({ config }: Plan): boolean {
  return (config.mounts ?? []).some((mount) => isBind(mount) && posix.normalize(mount.destination) === '/dev');
}

function deviceTasks(plan: Plan, device: DeviceNode): readonly Task[] {
  const path = plan.tree.resolve(device.path);
  const facts = [`device.${device.path}`];
  const folder = plan.tree.make(posix.dirname(path), 'folder');
  if (folder === undefined || plan.tree.cover(path).kind !== 'own' || plan.tree.isBelowHost(path)) {
    plan.lacks('devices', `${path} is not made: the folder is the host's`, ...facts);
    return [];
  }
  if (plan.tree.kindAt(path) !== undefined) return [];
  const makes = !plan.inOwnUserNamespace && holds(plan.host.effective, 'MKNOD');
  if (makes || device.type === 'p')
    return [{ what: `make ${path}`, facts, operations: [...folder, ...node(path, device)] }];
  if (kindOf(plan.machine.files, device.path) === undefined) {
    plan.lacks('devices', `the host has no ${device.path} to bind, and it may not be made here`, ...facts);
    return [];
  }
  const operations = [
    ...folder,
    must(call('mknodat', AT_FDCWD, path, S.IFREG, 0)),
    must(call('mount', `.${device.path}`, path, 0, MS.BIND, 0)),
  ];
  return [{ what: `bind ${path}`, facts, operations }];
}

const TYPES = { c: S.IFCHR, u: S.IFCHR, b: S.IFBLK, p: S.IFIFO } as const;

function node(
  path: string,
  { type, major = 0, minor = 0, fileMode = 0o666, uid = 0, gid = 0 }: DeviceNode,
): readonly Operation[] {
  return [
    must(call('mknodat', AT_FDCWD, path, TYPES[type] | (fileMode & 0o7777), deviceNumber(major, minor))),
    must(call('fchownat', AT_FDCWD, path, uid, gid, 0x100)),
  ];
}
