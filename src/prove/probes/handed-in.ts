import { posix } from 'node:path';
import type { Session } from '../../agent/index.ts';
import { call, out } from '../../kernel/index.ts';
import { isReadonly, type MountEntry, parseMountinfo, visibleMounts } from '../../live/mountinfo.ts';
import { mountFacts } from '../../live/mounts.ts';
import { type Mount, type Propagation, Unknown } from '../../posture/index.ts';
import type { OciConfig } from '../../runtimes/index.ts';
import type { Stage } from '../observation.ts';
import { AT_FDCWD, fileState, listAll, readText, statx } from './file-calls.ts';
import { perHost, perStage } from './per-stage.ts';
import { observeSharesKernel } from './shares-kernel.ts';

/** A mount of the sandbox through which a path of the host is reached. */
export interface HandedIn {
  /** Where it is in the sandbox. */
  readonly point: string;
  /** What it shows of the host. */
  readonly source: string;
  readonly mount: Mount;
  /** Something empty, in the place of a path that this machine lacks. */
  readonly standIn: boolean;
  /** What was asked for; what came of it depends on the host's own mount of the path. */
  readonly asked?: Propagation;
}

export interface SandboxMounts {
  /** Where the table was read; undefined: nowhere. */
  readonly from: string | undefined;
  readonly all: readonly MountEntry[];
  readonly handedIn: readonly HandedIn[];
}

/** The mount table of the sandbox, as the kernel shows it from outside, or else from inside, beside that of the host. */
export const mountsOf = perStage(async (stage: Stage): Promise<SandboxMounts> => {
  const { sandbox, host, pid } = stage;
  const outside = host.guarded(['looks']);
  const seen = pid === undefined ? undefined : await tableAt(outside, `/proc/${pid}/mountinfo`);
  // Numbers of file systems that another kernel gives say nothing of this one's.
  const shared = seen !== undefined || (await observeSharesKernel(stage)).verdict === 'open';
  const table = seen ?? (shared ? await tableAt(sandbox.guarded(['looks']), '/proc/self/mountinfo') : undefined);
  if (table === undefined) return { from: undefined, all: [], handedIn: [] };
  const hosts = await tableAt(outside, '/proc/self/mountinfo');
  const facts = mountFacts({ own: table.all, host: hosts?.all ?? new Unknown('its own mounts are not seen') });
  const handedIn = Object.entries(facts).flatMap(([key, value]): HandedIn[] => {
    if (!key.startsWith('mount.')) return [];
    const mount = value as Mount | Unknown;
    if (mount instanceof Unknown || mount.type !== 'bind' || mount.source === undefined) return [];
    // What lies over a masked file shows nothing of the host (runc libcontainer/rootfs_linux.go maskPaths).
    if (mount.source === '/dev/null') return [];
    return [{ point: key.slice('mount.'.length), source: mount.source, mount, standIn: false }];
  });
  const links = await linksOf(stage);
  const known = await withStandIns(stage, table.all, [...handedIn, ...inTheirPlaces(stage, table.all, handedIn)]);
  return { ...table, handedIn: known.flatMap((one) => [one, ...otherNames(one, links)]) };
});

/**
 * The host's own procfs or sysfs, bound where containers have theirs: the table alone does not tell it from one that was mounted anew,
 * of the same namespace.
 */
function inTheirPlaces(
  { config }: Stage,
  all: readonly MountEntry[],
  handedIn: readonly HandedIn[],
): readonly HandedIn[] {
  const visible = visibleMounts(all);
  return bindsOf(config).flatMap(({ destination, source }): HandedIn[] => {
    const entry = visible.find(({ point }) => point === destination);
    if (entry === undefined || handedIn.some(({ point }) => point === destination)) return [];
    const mount: Mount = { type: 'bind', source, readonly: isReadonly(entry), propagation: 'private' };
    return KERNELS.has(entry.type) ? [{ point: destination, source, mount, standIn: false }] : [];
  });
}

const KERNELS = new Set(['proc', 'sysfs']);

/** A folder of the host that leads to another: `/bin` to `/usr/bin`, `/home` to `/var/home`. */
interface Link {
  readonly from: string;
  readonly to: string;
}

/** The mount table knows what links lead to. Paths are meant as people write them, so each name of a source counts. */
function otherNames(one: HandedIn, links: readonly Link[]): readonly HandedIn[] {
  return links.flatMap(({ from, to }) =>
    one.source === to || one.source.startsWith(`${to}/`)
      ? [{ ...one, source: from + one.source.slice(to.length) }]
      : [],
  );
}

const FOLDERS_WITH_LINKS = ['/', '/var'];

const linksOf = perHost(({ host }) => readLinks(host.guarded(['looks'])));

async function readLinks(host: Session): Promise<readonly Link[]> {
  const paths = await listAll(host, FOLDERS_WITH_LINKS);
  const results = await host.batch(paths.map((path) => call('readlinkat', AT_FDCWD, path, out(LONGEST), LONGEST)));
  return results.flatMap((result, i): Link[] => {
    const from = paths[i] ?? '';
    return result.ok ? [{ from, to: posix.resolve(posix.dirname(from), result.text(2)) }] : [];
  });
}

const LONGEST = 128;

async function tableAt(
  session: Stage['host'],
  from: string,
): Promise<{ from: string; all: readonly MountEntry[] } | undefined> {
  const read = await readText(session, from);
  return 'text' in read && read.text !== '' ? { from, all: parseMountinfo(read.text) } : undefined;
}

/** What was asked for and is not on this machine: whatever is mounted in its place counts as it. */
async function withStandIns(
  stage: Stage,
  all: readonly MountEntry[],
  seen: readonly HandedIn[],
): Promise<readonly HandedIn[]> {
  const asked = bindsOf(stage.config);
  if (asked.length === 0) return seen;
  const found = await stage.host.guarded(['looks']).batch(asked.map(({ source }) => statx(source)));
  const standIns = asked.flatMap(({ destination, source, options }, i): HandedIn[] => {
    const entry = all.findLast(({ point }) => point === destination);
    if (entry === undefined || found[i] === undefined || fileState(found[i]) !== undefined) return [];
    const mount: Mount = {
      type: 'bind',
      source,
      readonly: entry.options.includes('ro'),
      propagation: propagationIn(options, stage.config),
    };
    return [{ point: destination, source, mount, standIn: true }];
  });
  const points = new Set(standIns.map(({ point }) => point));
  const wishes = new Map(asked.map(({ destination, options }) => [destination, propagationIn(options, stage.config)]));
  const others = seen.filter(({ point }) => !points.has(point));
  return [...others, ...standIns].map((one): HandedIn => {
    const wish = wishes.get(one.point);
    return wish === undefined ? one : { ...one, asked: wish };
  });
}

/** Where the options of a bind say nothing, what the runtime makes all mounts before it binds: runc's prepareRoot(). */
function propagationIn(options: readonly string[], config: OciConfig | undefined): Propagation {
  const linux = config?.linux as { readonly rootfsPropagation?: unknown } | undefined;
  const words = [linux?.rootfsPropagation || 'rslave', ...options].flatMap(
    (option) => /^r?(private|slave|shared|unbindable)$/.exec(String(option))?.[1] ?? [],
  );
  return (words.at(-1) ?? 'slave') as Propagation;
}

function bindsOf(config: OciConfig | undefined): { destination: string; source: string; options: readonly string[] }[] {
  const mounts = Array.isArray(config?.mounts) ? config.mounts : [];
  return mounts.flatMap((mount) => {
    const { destination, source, type, options } = mount as Record<string, unknown>;
    const words = Array.isArray(options) ? options.filter((word) => typeof word === 'string') : [];
    const binds = type === 'bind' || words.includes('bind') || words.includes('rbind');
    return binds && typeof destination === 'string' && typeof source === 'string'
      ? [{ destination, source, options: words }]
      : [];
  });
}

/** Where below a mount a path of the host is; undefined where it does not cover the path. `parts`: something of it is enough. */
export function placeIn({ point, source }: HandedIn, path: string, parts: boolean): string | undefined {
  if (source === path) return point;
  if (source === '/' || path.startsWith(`${source}/`)) {
    return `${point === '/' ? '' : point}${source === '/' ? path : path.slice(source.length)}`;
  }
  return parts && source.startsWith(`${path}/`) ? point : undefined;
}
