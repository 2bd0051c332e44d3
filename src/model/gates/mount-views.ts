import type { Fact, Mount, Posture } from '../../posture/index.ts';
import { Unknown } from '../../posture/index.ts';

/**
 * Where in a container a path of the host, or of the kernel, is seen: through which mounts, under what, and whether it is writable
 * there. A path leads to the mount that was made last at it or above it (traverse_mounts(), fs/namei.c); readers leave out mounts
 * that a later one covers.
 */
export interface View {
  /** The path inside. */
  readonly at: string;
  /** Where, inside, the mount begins that it lies on. */
  readonly point: string;
  readonly through: Fact<Mount | 'none'>;
  readonly mount: Mount;
  /** It lies on a mount of the host that came along with the one that was asked for (copy_tree(), fs/namespace.c). */
  readonly below: boolean;
  /** Whether the host has that mount is not known. */
  readonly supposed?: boolean;
}

interface HostMount {
  readonly point: string;
  readonly type: string;
}

/** Where the host's mounts are not known: file systems of their own on every Linux with systemd. */
const CUSTOMARY: readonly HostMount[] = [
  { point: '/proc', type: 'proc' },
  { point: '/sys', type: 'sysfs' },
  { point: '/dev', type: 'devtmpfs' },
  { point: '/run', type: 'tmpfs' },
  { point: '/sys/fs/bpf', type: 'bpf' },
  { point: '/sys/kernel/debug', type: 'debugfs' },
  { point: '/sys/kernel/tracing', type: 'tracefs' },
  { point: '/dev/pts', type: 'devpts' },
  { point: '/dev/shm', type: 'tmpfs' },
];
const CUSTOMARY_V1: readonly HostMount[] = [...CUSTOMARY, { point: '/sys/fs/cgroup', type: 'cgroup' }];
const CUSTOMARY_V2: readonly HostMount[] = [...CUSTOMARY, { point: '/sys/fs/cgroup', type: 'cgroup2' }];

/** Partitions of their own on many hosts, in which somebody's files are looked for. */
const SUPPOSED: readonly HostMount[] = [{ point: '/home', type: 'ext4' }];

const tables = new WeakMap<readonly string[], readonly HostMount[]>();

function hostMounts(posture: Posture): readonly HostMount[] {
  const stated = posture.known('host.fact.mounts');
  if (!Array.isArray(stated)) return posture.known('host.cgroup') === 'v1' ? CUSTOMARY_V1 : CUSTOMARY_V2;
  const lines = stated as readonly string[];
  const known = tables.get(lines) ?? lines.map(readHostMount);
  tables.set(lines, known);
  return known;
}

/** `TYPE POINT` */
function readHostMount(line: string): HostMount {
  const space = line.indexOf(' ');
  return { type: line.slice(0, space), point: line.slice(space + 1) };
}

/** Type of the host's file system that a path of it lies on. */
function typeAt(path: string, mounts: readonly HostMount[]): string | undefined {
  return mounts.reduce<HostMount | undefined>(
    (best, one) => (isAtOrBelow(path, one.point) && one.point.length >= (best?.point.length ?? 0) ? one : best),
    undefined,
  )?.type;
}

/** The path of the host that a mount shows, where it does. */
export function sourceOf(destination: string, mount: Mount, posture: Posture): string | undefined {
  if (mount.type === 'bind') return mount.source === undefined ? undefined : spelledSource(mount);
  // One sysfs serves a whole network namespace (sysfs_init_fs_context(), fs/sysfs/mount.c).
  if (mount.type !== 'sysfs' || destination === '/sys') return undefined;
  return posture.known('namespace.net') === 'host' ? '/sys' : undefined;
}

const sources = new WeakMap<Mount, string>();

export function spelledSource(mount: Mount): string {
  const known = sources.get(mount) ?? hostPath(mount.source ?? '');
  sources.set(mount, known);
  return known;
}

const spelled = new WeakMap<readonly string[], readonly string[]>();

function hostPaths(paths: readonly string[]): readonly string[] {
  const known = spelled.get(paths) ?? paths.map(hostPath);
  spelled.set(paths, known);
  return known;
}

/** /var/run is a link to /run on every current distribution (FHS 3.0, 3.15): one spelling for comparison. */
function hostPath(path: string): string {
  const trimmed = path.length > 1 ? path.replace(/\/+$/, '') : path;
  if (trimmed === '/var/run' || trimmed.startsWith('/var/run/')) return trimmed.slice('/var'.length);
  return trimmed === '' ? '/' : trimmed;
}

function isAtOrBelow(path: string, ancestor: string): boolean {
  return path === ancestor || isBelow(path, ancestor);
}

function isBelow(path: string, ancestor: string): boolean {
  return path !== ancestor && path.startsWith(ancestor === '/' ? '/' : `${ancestor}/`);
}

function joined(folder: string, rest: string): string {
  return folder === '/' ? rest || '/' : `${folder}${rest}`;
}

function restOf(path: string, ancestor: string): string {
  return ancestor === '/' ? (path === '/' ? '' : path) : path.slice(ancestor.length);
}

/** The mount, and where below its destination something of the source lies. */
class Showing {
  readonly #destination: string;
  readonly #through: Fact<Mount | 'none'>;
  readonly #mount: Mount;
  readonly #posture: Posture;
  readonly source: string | undefined;

  constructor(destination: string, through: Fact<Mount | 'none'>, mount: Mount, posture: Posture) {
    this.#destination = destination;
    this.#through = through;
    this.#mount = mount;
    this.#posture = posture;
    this.source = sourceOf(destination, mount, posture);
  }

  top(): View {
    return this.#view(this.#destination, this.#destination, false);
  }

  /** Mounts of the host below the source, as they come along. */
  submounts(): readonly (HostMount & { readonly view: View })[] {
    return this.#below(hostMounts(this.#posture));
  }

  /** Those that the host may have, where its mounts are not known. */
  supposed(): readonly (HostMount & { readonly view: View })[] {
    return this.#posture.known('host.fact.mounts') === undefined
      ? this.#below(SUPPOSED).map((one) => ({ ...one, view: { ...one.view, supposed: true } }))
      : [];
  }

  #below(mounts: readonly HostMount[]): readonly (HostMount & { readonly view: View })[] {
    const { source } = this;
    if (source === undefined || this.#mount.submounts === false || this.#mount.type !== 'bind') return [];
    return mounts
      .filter(({ point }) => isBelow(point, source))
      .map((one) => ({ ...one, view: this.#at(one.point, one.point) }));
  }

  /** Undefined where the path is not below the source, or on a mount of the host that did not come along. */
  path(path: string): View | undefined {
    const { source } = this;
    if (source === undefined || !isAtOrBelow(path, source)) return undefined;
    const nearest = hostMounts(this.#posture).reduce(
      (best, { point }) =>
        isBelow(point, source) && isAtOrBelow(path, point) && point.length > best.length ? point : best,
      '',
    );
    if (nearest === '') return this.#at(path, source);
    return this.#mount.submounts === false || this.#mount.type !== 'bind' ? undefined : this.#at(path, nearest);
  }

  /** Type of the host's file system that the source lies on. */
  typeOfSource(): string | undefined {
    return this.source === undefined ? undefined : typeAt(this.source, hostMounts(this.#posture));
  }

  #at(path: string, point: string): View {
    const source = this.source ?? '/';
    const inside = (one: string): string => joined(this.#destination, restOf(one, source));
    return this.#view(inside(path), inside(point), point !== source);
  }

  #view(at: string, point: string, below: boolean): View {
    return { at, point, through: this.#through, mount: this.#mount, below };
  }
}

interface PathsWanted {
  readonly paths: readonly string[];
  readonly parts: boolean;
  readonly fileSystems?: readonly string[];
  readonly posture: Posture;
}

/** What systemd mounts when somebody looks (systemd.automount(5)) counts as mounted. */
function isOnOneOf(path: string, types: readonly string[], posture: Posture): boolean {
  if (posture.known('host.fact.mounts') === undefined) return true;
  const type = typeAt(path, hostMounts(posture));
  return type === 'autofs' || (type !== undefined && types.includes(type));
}

/** Views of paths of the host. `parts`: also of what lies below them. */
export function viewsOfPaths(
  [destination, through]: readonly [string, Fact<Mount | 'none'>],
  mount: Mount,
  { paths, parts, posture, fileSystems }: PathsWanted,
): readonly View[] {
  const showing = new Showing(destination, through, mount, posture);
  const { source } = showing;
  if (source === undefined) return [];
  return hostPaths(paths).flatMap((path): readonly View[] => {
    if (fileSystems !== undefined && !isOnOneOf(path, fileSystems, posture)) return [];
    const whole = showing.path(path);
    const some = parts && isBelow(source, path) ? [showing.top()] : [];
    const further = parts ? showing.submounts().filter(({ point }) => isBelow(point, path)) : [];
    return [...(whole === undefined ? [] : [whole]), ...some, ...further.map(({ view }) => view)];
  });
}

/** The mount itself, and those of the host that came along with it where `wanted` says so. */
export function viewsOfSource(
  [destination, through]: readonly [string, Fact<Mount | 'none'>],
  mount: Mount,
  { wanted, posture }: { readonly wanted: (hostPath: string) => boolean; readonly posture: Posture },
): readonly View[] {
  const showing = new Showing(destination, through, mount, posture);
  const further = [...showing.submounts(), ...showing.supposed()].filter(({ point }) => wanted(point));
  return [showing.top(), ...further.map(({ view }) => view)];
}

/** Views of file systems of these types, the host's own among them. */
export function viewsOfTypes(
  [destination, through]: readonly [string, Fact<Mount | 'none'>],
  mount: Mount,
  { types, posture }: { readonly types: readonly string[]; readonly posture: Posture },
): readonly View[] {
  if (types.includes(mount.type)) return [new Showing(destination, through, mount, posture).top()];
  if (mount.type !== 'bind') return [];
  const showing = new Showing(destination, through, mount, posture);
  const source = types.includes(showing.typeOfSource() ?? '') ? [showing.top()] : [];
  return [...source, ...showing.submounts().flatMap(({ type, view }) => (types.includes(type) ? [view] : []))];
}

/** Where a path of procfs or sysfs is seen through a mount of that file system; a mount that is not known may be one. */
export function viewsOfKernel(path: string, posture: Posture): readonly View[] | Fact<unknown> {
  const [place, type] = path.startsWith('/proc/') ? (['/proc', 'proc'] as const) : (['/sys', 'sysfs'] as const);
  const views: View[] = [];
  let open: Fact<unknown> | undefined;
  for (const [destination, through] of posture.family<Mount | 'none'>('mount.')) {
    const { value } = through;
    if (value instanceof Unknown) {
      if (isAtOrBelow(path, destination)) open ??= through;
    } else if (value !== 'none' && value.type === type) {
      const at = joined(destination, path.slice(place.length));
      views.push({ at, point: destination, through, mount: value, below: false });
    }
  }
  return views.length === 0 && open !== undefined ? open : views;
}

/** Where a path of the host is seen through a bind, whatever lies over it. */
export function viewsOfBinds(path: string, posture: Posture): readonly View[] {
  return [...posture.family<Mount | 'none'>('mount.')].flatMap(([destination, through]): readonly View[] => {
    const { value } = through;
    if (value instanceof Unknown || value === 'none' || value.type !== 'bind') return [];
    return viewsOfPaths([destination, through], value, { paths: [path], parts: false, posture });
  });
}

/** Whether one of the paths, or with `parts` something below it, lies in the source of a bind. */
export function shows(mount: Mount, paths: readonly string[], parts: boolean): boolean {
  if (mount.type !== 'bind' || mount.source === undefined) return false;
  const source = spelledSource(mount);
  return hostPaths(paths).some((path) => isAtOrBelow(path, source) || (parts && isBelow(source, path)));
}

/** The fact of what lies over it: a mask, or another mount. One that is not known may lie there. */
export function coverOf({ at, point, through }: View, posture: Posture): Fact<unknown> | undefined {
  const mask = coveringFact(posture, 'masked.', at, '/');
  if (mask !== undefined) return mask;
  let open: Fact<unknown> | undefined;
  for (const [destination, other] of posture.family<Mount | 'none'>('mount.')) {
    if (other.value === 'none' || other.key === through.key || !isAtOrBelow(at, destination)) continue;
    // What begins where a mount of the host came along lies over that.
    if (!isBelow(destination, through.key.slice('mount.'.length)) || destination.length < point.length) continue;
    if (!(other.value instanceof Unknown)) return other;
    open ??= other;
  }
  return open;
}

/** What makes it read-only there, as a fact: true, or not known. mnt_want_write(), fs/namespace.c, asks the mount that a file lies on. */
export function readonlyBy(view: View, posture: Posture): Fact<unknown> | undefined {
  const { at, point, mount, through, below } = view;
  const cover = coveringFact(posture, 'readonly-path.', at, point);
  if (cover !== undefined || !mount.readonly) return cover;
  // A flag of the top alone leaves what came along writable.
  if (!below || mount.recursiveReadonly === true) return through;
  if (mount.recursiveReadonly === false) return undefined;
  const recursive = posture.get('engine.recursive-readonly');
  if (recursive?.value instanceof Unknown) return recursive;
  return recursive?.value === true ? through : undefined;
}

/**
 * The fact, true or unknown, that speaks for the path or an ancestor of it, up to where its mount begins: what is bound on itself above
 * that (MS_REC) takes along what is mounted below, as it is. undefined: none does.
 */
function coveringFact(
  posture: Posture,
  family: 'masked.' | 'readonly-path.',
  path: string,
  upTo: string,
): Fact<boolean> | undefined {
  for (let at = path; at.length > 1 && at.length >= upTo.length; at = at.slice(0, at.lastIndexOf('/'))) {
    const found = speaking(posture, `${family}${at}`) ?? forEachProcessor(posture, `${family}${at}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

type CoverKey = `masked.${string}` | `readonly-path.${string}`;

/** Lists that are not known are of the kernel's files; elsewhere only a stated path counts. */
function speaking(posture: Posture, key: CoverKey): Fact<boolean> | undefined {
  const found = posture.get(key);
  return found?.value === true || (found?.value instanceof Unknown && /\.\/(proc|sys)(\/|$)/.test(key))
    ? found
    : undefined;
}

/** Lists of masks write `cpu*` for each processor's folder. */
function forEachProcessor(posture: Posture, key: CoverKey): Fact<boolean> | undefined {
  const every = key.replace(/\/cpu\d+(?=\/|$)/, '/cpu*') as CoverKey;
  return every === key ? undefined : speaking(posture, every);
}
