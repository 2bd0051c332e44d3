import {
  type FactTypes,
  factOf,
  type Mount,
  type Propagation,
  type Statement,
  Unknown,
  type Value,
} from '../posture/index.ts';
import { ENGINE_PATHS } from './engine-paths.data.ts';
import { isBelow, isReadonly, type MountEntry, visibleMounts } from './mountinfo.ts';

/** What the tables of a process and of the host tell about its file system. */
export interface MountView {
  readonly own: readonly MountEntry[];
  /** Of the host's mount namespace, where it can be read. */
  readonly host: Value<readonly MountEntry[]>;
}

/** Where every system has its kernel's file systems; there a mount of the type is what its name says, elsewhere it is a path of the host. */
const CUSTOMARY: Readonly<Record<string, string>> = {
  proc: '/proc',
  sysfs: '/sys',
  cgroup: '/sys/fs/cgroup',
  cgroup2: '/sys/fs/cgroup',
  devpts: '/dev/pts',
  mqueue: '/dev/mqueue',
};

/** File systems that show the kernel's state below /proc and /sys: mounted there they cover nothing but an empty folder. */
const KERNEL_TYPES = new Set([
  ...Object.keys(CUSTOMARY),
  'securityfs',
  'selinuxfs',
  'debugfs',
  'tracefs',
  'bpf',
  'pstore',
  'efivarfs',
  'configfs',
  'fusectl',
  'binfmt_misc',
  'hugetlbfs',
  'rpc_pipefs',
  'nfsd',
  'resctrl',
]);

/** Facts of mounts, masks, read-only paths and the root, of what can be reached by a path. */
export function mountFacts(view: MountView): Statement['facts'] {
  const mounts = visibleMounts(view.own);
  const host = view.host instanceof Unknown ? view.host : new HostMounts(view.host);
  const facts: Statement['facts'][] = [{ 'masked.*': false, 'readonly-path.*': false }];
  const root = mounts.find((mount) => mount.point === '/');
  if (root !== undefined) facts.push(rootFacts(root, host));
  for (const mount of mounts) {
    if (isCover(mount, mounts)) facts.push(coverFacts(mount, mounts, host));
    else if (isMask(mount)) facts.push(factOf(`masked.${mount.point}`, true));
    else if (mount.point !== '/' && !isNode(mount))
      facts.push(factOf(`mount.${mount.point}`, describeMount(mount, mounts, host)));
  }
  return Object.assign({}, ...facts, ...procFacts(mounts, host)) as Statement['facts'];
}

/**
 * The root of a container is a folder or an overlay that its engine made; a sandbox that keeps the host's own root, or one of
 * the folders right below it, hands the host in.
 */
function rootFacts(root: MountEntry, host: HostMounts | Unknown): Statement['facts'] {
  const source = host instanceof Unknown ? undefined : host.pathOf(root);
  const handedIn = source !== undefined && source.lastIndexOf('/') === 0;
  return {
    'rootfs.readonly': isReadonly(root),
    'rootfs.propagation': propagationOf(root, host),
    ...(handedIn && factOf('mount./', describeMount(root, [root], host))),
  };
}

/** Part of procfs or sysfs bound onto its own place: what runtimes do to make it read-only. */
function isCover(mount: MountEntry, mounts: readonly MountEntry[]): boolean {
  const place = CUSTOMARY[mount.type];
  return (
    (mount.type === 'proc' || mount.type === 'sysfs') &&
    place !== undefined &&
    mount.root !== '/' &&
    mount.point === `${place}${mount.root}` &&
    isPartOfOwn(mount, mounts)
  );
}

/** A part of what is mounted at its customary place, and not of another file system of the type: a bind of the host's. */
function isPartOfOwn(mount: MountEntry, mounts: readonly MountEntry[]): boolean {
  const own = mounts.find(({ point }) => point === CUSTOMARY[mount.type]);
  return own === undefined || own.type !== mount.type || own.device === mount.device;
}

/**
 * A part that is writable again below a read-only one (nspawn, LXC: /proc/sys/net) is a mount of its own. Gates look for the
 * nearest read-only ancestor, which does not hold for it: so nothing is promised.
 */
function coverFacts(mount: MountEntry, mounts: readonly MountEntry[], host: HostMounts | Unknown): Statement['facts'] {
  const key = `readonly-path.${mount.point}` as const;
  if (isReadonly(mount)) return factOf(key, true);
  const above = mounts.find(
    (other) => isReadonly(other) && isCover(other, mounts) && isBelow(mount.point, other.point),
  );
  return {
    ...factOf(`mount.${mount.point}`, describeMount(mount, mounts, host)),
    ...factOf(
      key,
      above === undefined ? false : new Unknown(`it is bound writable below ${above.point}, which is read-only`),
    ),
  };
}

/** /dev/null, an empty tmpfs or anything else that is not the kernel's: the file below it is not seen. */
function isMask(mount: MountEntry): boolean {
  if (!isBelow(mount.point, '/proc') && !isBelow(mount.point, '/sys')) return false;
  // Version 1 hierarchies stand in a tmpfs.
  if (mount.point === '/sys/fs/cgroup') return false;
  return !KERNEL_TYPES.has(mount.type);
}

/** A node of the host's /dev bound into the container's: told by the facts of devices. */
function isNode(mount: MountEntry): boolean {
  return mount.type === 'devtmpfs' && mount.root !== '/' && isBelow(mount.point, '/dev');
}

/** The mount tables of procfs as a whole: one that is missing hides everything, a second one shows what masks hide. */
function procFacts(mounts: readonly MountEntry[], host: HostMounts | Unknown): Statement['facts'][] {
  const facts: Statement['facts'][] = [];
  for (const [type, place] of [
    ['proc', '/proc'],
    ['sysfs', '/sys'],
  ] as const) {
    const whole = mounts.filter((mount) => mount.type === type && mount.root === '/');
    const usual = whole.find((mount) => mount.point === place);
    const hidden = usual === undefined || usual.superOptions.includes('subset=pid');
    if (hidden) facts.push(factOf(`masked.${place}`, true));
    const another = whole.find((mount) => mount.point !== place && !isOfHost(mount, host));
    if (another !== undefined) facts.push(...reopened(mounts, place, another, hidden));
  }
  return facts;
}

function isOfHost(mount: MountEntry, host: HostMounts | Unknown): boolean {
  return !(host instanceof Unknown) && host.pathOf(mount) !== undefined;
}

/** Masks and read-only covers of one mount say nothing of a second one. */
function reopened(
  mounts: readonly MountEntry[],
  place: string,
  another: MountEntry,
  hidden: boolean,
): Statement['facts'][] {
  const why = (what: string) =>
    new Unknown(`${another.type} is mounted at ${another.point}, too: whether it is ${what} there is not judged`);
  return [
    ...(hidden ? [factOf(`masked.${place}`, why('hidden'))] : []),
    ...mounts
      .filter((mount) => isBelow(mount.point, place))
      .map((mount) =>
        isMask(mount)
          ? factOf(`masked.${mount.point}`, why('hidden'))
          : isCover(mount, mounts)
            ? factOf(`readonly-path.${mount.point}`, why('read-only'))
            : {},
      ),
  ];
}

function describeMount(mount: MountEntry, mounts: readonly MountEntry[], host: HostMounts | Unknown): Value<Mount> {
  const origin = originOf(mount, mounts, host);
  if (origin instanceof Unknown) return origin;
  const has = (option: string) => mount.options.includes(option) || mount.superOptions.includes(option);
  const size = bytesOf(mount.superOptions.find((option) => option.startsWith('size='))?.slice('size='.length));
  return {
    ...origin,
    readonly: isReadonly(mount),
    // What is mounted below stands in the table by itself, with flags of its own.
    ...(origin.type === 'bind' && { recursiveReadonly: isReadonly(mount) }),
    nosuid: has('nosuid'),
    nodev: has('nodev'),
    noexec: has('noexec'),
    propagation: propagationOf(mount, host),
    ...(mount.type === 'tmpfs' && size !== undefined && { size }),
  };
}

type Origin = Pick<Mount, 'type' | 'source'>;

function originOf(mount: MountEntry, mounts: readonly MountEntry[], host: HostMounts | Unknown): Origin | Unknown {
  const place = CUSTOMARY[mount.type];
  const customary = place !== undefined && (mount.point === place || isBelow(mount.point, place));
  if (customary && !isKept(mount, mounts, host) && (mount.root === '/' || isPartOfOwn(mount, mounts)))
    return { type: mount.type };
  if (host instanceof Unknown) {
    // A file system that only this mount namespace has and one of the host look alike then, unless nothing lies behind it.
    return mount.type === 'overlay'
      ? { type: 'overlay' }
      : new Unknown(`what ${mount.point} is on the host is not known: ${host.why}`);
  }
  const path = host.pathOf(mount);
  return path === undefined ? { type: mount.type } : keptByEngine(path);
}

/** A sandbox on the host's own root has what lies at the same place there: a copy of the host's mount. */
function isKept(mount: MountEntry, mounts: readonly MountEntry[], host: HostMounts | Unknown): boolean {
  const root = mounts.find(({ point }) => point === '/');
  if (root === undefined || host instanceof Unknown) return false;
  return host.pathOf(root) === '/' && host.pathOf(mount) === mount.point;
}

function keptByEngine(path: string): Origin {
  for (const known of ENGINE_PATHS) {
    const match = known.path.exec(path);
    if (match) return { type: known.type, source: match[1] ?? path };
  }
  return { type: 'bind', source: path };
}

/** Peers in the host's mount namespace make a mount shared with it; peers elsewhere do not. */
function propagationOf(mount: MountEntry, host: HostMounts | Unknown): Propagation {
  if (mount.shared !== undefined && (host instanceof Unknown || host.hasPeer(mount.shared))) return 'shared';
  if (mount.master !== undefined) return 'slave';
  return mount.unbindable ? 'unbindable' : 'private';
}

function bytesOf(text: string | undefined): number | undefined {
  const [, digits, unit] = /^(\d+)([kmg]?)$/.exec(text ?? '') ?? [];
  if (digits === undefined) return undefined;
  const scale = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[unit ?? ''] ?? 1;
  return Number(digits) * scale;
}

/** Size of /dev/shm, where it is a file system of its own. */
export function shmLimit(mounts: readonly MountEntry[]): FactTypes['limit.shm'] | undefined {
  const shm = visibleMounts(mounts).find((mount) => mount.point === '/dev/shm' && mount.type === 'tmpfs');
  if (shm === undefined) return undefined;
  return bytesOf(shm.superOptions.find((option) => option.startsWith('size='))?.slice('size='.length)) ?? 'none';
}

/** The host's table, to find where a file system of a container lies on it. */
class HostMounts {
  readonly #byDevice = new Map<string, MountEntry[]>();
  readonly #peers = new Set<number>();

  constructor(mounts: readonly MountEntry[]) {
    for (const mount of visibleMounts(mounts)) {
      const same = this.#byDevice.get(mount.device) ?? [];
      same.push(mount);
      this.#byDevice.set(mount.device, same);
    }
    for (const mount of mounts) if (mount.shared !== undefined) this.#peers.add(mount.shared);
  }

  hasPeer(group: number): boolean {
    return this.#peers.has(group);
  }

  /** The host path of what is mounted, by the mount of the host that shows most of it; undefined where none does. */
  pathOf(mount: MountEntry): string | undefined {
    const root = mount.root.replace(/\/\/deleted$/, '');
    let best: MountEntry | undefined;
    for (const candidate of this.#byDevice.get(mount.device) ?? []) {
      if (candidate.root !== root && !isBelow(root, candidate.root)) continue;
      if (best === undefined || prefers(candidate, best)) best = candidate;
    }
    if (best === undefined) return undefined;
    const rest = best.root === '/' ? root : root.slice(best.root.length);
    return rest === '/' || rest === '' ? best.point : `${best.point === '/' ? '' : best.point}${rest}`;
  }
}

/** Of several places, the one that shows the whole file system, then the shortest: its own, not a bind of a part of it. */
function prefers(a: MountEntry, b: MountEntry): boolean {
  return a.root.length < b.root.length || (a.root.length === b.root.length && a.point.length < b.point.length);
}
