import type { Device, DeviceRule, Fact, Posture } from '../../posture/index.ts';
import { Unknown } from '../../posture/index.ts';
import { numbersOf } from './device-numbers.data.ts';
import { regex, withdrawable } from './fact.ts';
import { closed, type GateKind, type Outcome, passes, unknown } from './kind.ts';

export interface DeviceNodeParams {
  /** Regular expression over the path of the host's device node. */
  readonly path: string;
  /** Any device of this type will do, whatever its path. */
  readonly type?: 'b' | 'c';
  /** Letters of rwm that the device was handed in with, all needed. */
  readonly access?: string;
  /** The runtime makes it with a mode that gives everybody this access. */
  readonly everybody?: boolean;
  /** What it is by number, under whatever name: `c 1:11`. */
  readonly number?: string;
  readonly title: string;
}

/** A device node of the host is in the container's /dev, with the rule of the device controller that comes with it. */
export const deviceNode: GateKind<DeviceNodeParams> = {
  mechanism: (p) => (p.everybody ? 'dac' : 'device-policy'),
  models: 'OCI linux.devices: mknod or bind by the runtime; may_open_dev(), fs/namei.c, asks the mount of the node',
  describe: (p) => p.title,
  evaluate(p, posture) {
    const everything = posture.get('device.*');
    if (everything?.value === 'all' && isAmongAll(p))
      return passes("every device of the host is in the container's /dev", everything);
    let open: string | undefined;
    for (const [path, found] of posture.family<Device | 'none'>('device.')) {
      if (found.value === 'none' || typeof found.value === 'string') continue;
      const wanted = found.value instanceof Unknown ? undefined : isWanted(p, found.value);
      if (wanted === true) return passes(`${(found.value as Device).hostPath} is in the container as ${path}`, found);
      if (wanted === undefined)
        open ??= found.value instanceof Unknown ? found.value.why : `what ${found.value.hostPath} is, is not known`;
    }
    return open === undefined ? closed('no such device node in the container') : unknown(open, ['device.*']);
  },
  close(p, posture) {
    const everything = posture.get('device.*')?.value === 'all' ? withdrawable(posture, 'device.*') : undefined;
    if (everything) return [[everything]];
    const changes = [...posture.family<Device | 'none'>('device.')]
      .filter(
        ([, found]) =>
          typeof found.value === 'object' && !(found.value instanceof Unknown) && isWanted(p, found.value) === true,
      )
      .map(([path]) => withdrawable(posture, `device.${path}`));
    return changes.every((change) => change !== undefined) && changes.length > 0 ? [changes] : [];
  },
};

/**
 * Who hands in all devices makes their nodes with the host's own modes (containerd pkg/oci/utils_unix.go `DeviceFromPath`), and leaves
 * the console out, of which a container has its own (`getDevices`).
 */
function isAmongAll({ everybody, path }: DeviceNodeParams): boolean {
  return everybody !== true && path !== '^/dev/console$';
}

/** undefined: what stands at that path is not known. A directory stands for every node below it (docker/cli `--device`). */
function isWanted(p: DeviceNodeParams, device: Device): boolean | undefined {
  if (![...(p.access ?? '')].every((letter) => device.access.includes(letter))) return false;
  if (p.everybody && !letsEverybody(device, p.access ?? 'r')) return false;
  const { type, major, minor } = device;
  // init_special_inode(), fs/inode.c: the number leads to the driver, not the name.
  if (p.number !== undefined && type !== 'unknown' && major !== undefined && minor !== undefined)
    return p.number === `${type} ${major}:${minor}`;
  if (device.hostPath === '/dev' || regex(p.path).test(device.hostPath)) return true;
  if (p.type === undefined) return false;
  const known = type === 'unknown' ? numbersOf(device.hostPath)?.type : type;
  return known === undefined ? undefined : known === p.type;
}

/** The bits for others, to whom whoever is neither owner nor in the group belongs (acl_permission_check(), fs/namei.c). */
const FOR_OTHERS: Readonly<Record<string, number>> = { r: 4, w: 2, m: 0 };

function letsEverybody({ mode }: Device, access: string): boolean {
  return mode !== undefined && [...access].every((letter) => (mode & (FOR_OTHERS[letter] ?? 0)) === FOR_OTHERS[letter]);
}

export interface DeviceRuleParams {
  readonly type: 'b' | 'c';
  /** Absent: some device of the type. */
  readonly major?: number;
  readonly minor?: number;
  /** The major number is given out while the kernel runs: a rule for all numbers counts, one for a single number may be meant. */
  readonly dynamic?: boolean;
  /** Letters of rwm, all needed. */
  readonly access: string;
}

/** The device controller lets the device be opened (or made). */
export const deviceRule: GateKind<DeviceRuleParams> = {
  mechanism: () => 'device-policy',
  models:
    'devcgroup_check_permission(), security/device_cgroup.c (v1, 2.6.26); __cgroup_bpf_check_dev_permission(), kernel/bpf/cgroup.c (v2, 4.15)',
  describe: (p) => `the device controller allows ${p.access} on ${deviceText(p)}`,
  evaluate(p, posture) {
    const lists = posture.history('device-rules');
    if (lists.length === 0) return unknown('nothing states the device rules', ['device-rules']);
    // A named device comes with its own rule; rules of all layers apply in order, the last that matches decides.
    let open: Fact<unknown> | undefined;
    for (const [, found] of posture.family<Device | 'none' | 'all' | 'default'>('device.')) {
      if (typeof found.value === 'string') continue;
      const covered = found.value instanceof Unknown ? undefined : coversDevice(p, found.value);
      if (covered === true) return passes(`${(found.value as Device).hostPath} is allowed`, found);
      if (covered === undefined) open ??= found;
    }
    const outcome = ruled(p, lists);
    if (outcome.result !== 'closed' || open === undefined) return outcome;
    return unknown('which numbers the devices handed in have is not known', [open.key], open);
  },
  close(_, posture) {
    const withdraw = withdrawable(posture, 'device-rules');
    return withdraw ? [[withdraw]] : namedDeviceFixes(posture);
  },
};

function namedDeviceFixes(posture: Posture) {
  const changes = [...posture.family<Device | 'none'>('device.').keys()].map((path) =>
    withdrawable(posture, `device.${path}`),
  );
  return changes.filter((change) => change !== undefined).map((change) => [change]);
}

/** mknod(2) asks for `m`, open(2) for the others (devcgroup_inode_mknod() and devcgroup_inode_permission()): rules of their own may allow each. */
function ruled(p: DeviceRuleParams, lists: readonly Fact<readonly DeviceRule[]>[]): Outcome {
  const outcomes = [...p.access].map((access) => ruledLetter({ ...p, access }, lists));
  const worst =
    outcomes.find(({ result }) => result === 'closed') ?? outcomes.find(({ result }) => result === 'unknown');
  return worst ?? outcomes[0] ?? ruledLetter(p, lists);
}

function ruledLetter(p: DeviceRuleParams, lists: readonly Fact<readonly DeviceRule[]>[]): Outcome {
  for (const list of lists) {
    if (list.value instanceof Unknown) return unknown(list.value.why, ['device-rules'], list);
    const rule = list.value.findLast((candidate) => decides(p, candidate));
    if (rule?.allow === false && isOutlived(p, rule, list.value))
      return unknown(
        'version 1 takes away what has the same numbers alone; an allowing rule of fewer is there',
        ['device-rules'],
        list,
      );
    if (rule?.allow && p.dynamic && rule.type !== 'a' && rule.major !== undefined)
      return unknown(
        `which number the device has is not known; rules allow ${rule.type} ${rule.major}`,
        ['device-rules'],
        list,
      );
    if (rule !== undefined)
      return rule.allow
        ? passes(`device rule allows ${deviceText(p)}`, list)
        : closed(`device rule refuses ${deviceText(p)}`, list);
  }
  return closed(`no device rule allows ${deviceText(p)}`, lists[0]);
}

/**
 * A refusing rule of more devices leaves an allowing one of fewer standing: dev_exception_rm(), security/device_cgroup.c, compares numbers.
 * runc refuses such a list (cgroups/devices `rmRule`); who writes it himself gets this on version 1, and on version 2 what his program says.
 */
function isOutlived(p: DeviceRuleParams, refusing: DeviceRule, list: readonly DeviceRule[]): boolean {
  if (refusing.type === 'a') return false;
  const before = list.slice(0, list.lastIndexOf(refusing));
  const since = before.slice(before.findLastIndex(({ type }) => type === 'a') + 1);
  return since.some(
    (rule) => rule.allow && decides(p, rule) && (rule.major !== refusing.major || rule.minor !== refusing.minor),
  );
}

/** undefined: the numbers of the device handed in are not known. */
function coversDevice(p: DeviceRuleParams, device: Device): boolean | undefined {
  if (![...p.access].every((letter) => device.access.includes(letter))) return false;
  const known =
    device.type === 'unknown'
      ? numbersOf(device.hostPath)
      : { type: device.type, major: device.major, minor: device.minor };
  if (known === undefined) return undefined;
  // What has a number given out while the kernel runs, and another name, is another device: its rule is for its own number.
  if (known.type !== p.type || p.dynamic) return false;
  const differs = (asked: number | undefined, has: number | undefined) =>
    asked !== undefined && has !== undefined && asked !== has;
  if (differs(p.major, known.major) || differs(p.minor, known.minor)) return false;
  const settled = (asked: number | undefined, has: number | undefined) => asked === undefined || has !== undefined;
  return settled(p.major, known.major) && settled(p.minor, known.minor) ? true : undefined;
}

/** Majors of the nodes that every container has: memory, terminals, miscellaneous (admin-guide/devices.txt). */
const FIXED_MAJORS = new Set([1, 4, 5, 10, 136]);

/**
 * All of the miscellaneous devices have the one major; what gets its number from the kernel is among them: from 256 on, and on older
 * kernels below 128 (misc_register(), drivers/char/misc.c; `DYNAMIC_MINORS`).
 */
const MISCELLANEOUS = 10;

/** Consoles have the minors below 64, serial ports those behind (admin-guide/devices.txt): which of them there are, the machine says. */
const TERMINALS = 4;
const CONSOLES = 64;

function isOfFixedNumbers({ major, minor }: DeviceRule): boolean {
  if (major === undefined || !FIXED_MAJORS.has(major)) return false;
  if (major === TERMINALS) return minor !== undefined && minor < CONSOLES;
  return major !== MISCELLANEOUS || (minor !== undefined && minor >= 128 && minor < 256);
}

/** An allowing rule decides when it covers some device asked for, a refusing one only when it covers all of them. */
function decides(p: DeviceRuleParams, rule: DeviceRule): boolean {
  // Numbers and access beside it say nothing (devcgroup_update_access(), security/device_cgroup.c; runc takes it so for version 2).
  if (rule.type === 'a') return true;
  if (rule.type !== p.type) return false;
  if (p.dynamic && rule.allow && isOfFixedNumbers(rule)) return false;
  const fits = (asked: number | undefined, ruled: number | undefined) =>
    ruled === undefined || asked === ruled || (asked === undefined && rule.allow);
  const letters = [...p.access];
  const access = rule.allow
    ? letters.every((letter) => rule.access.includes(letter))
    : letters.some((letter) => rule.access.includes(letter));
  return access && fits(p.major, rule.major) && fits(p.minor, rule.minor);
}

function deviceText(p: DeviceRuleParams): string {
  return `${p.type} ${p.major ?? '*'}:${p.minor ?? '*'}`;
}
