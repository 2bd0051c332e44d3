import type { Change, Fact, FactKey, Mount, Posture, Propagation } from '../../posture/index.ts';
import { Unknown } from '../../posture/index.ts';
import { regex, withdrawable } from './fact.ts';
import { closed, type GateKind, type Outcome, passes, unknown } from './kind.ts';
import {
  coverOf,
  readonlyBy,
  shows,
  sourceOf,
  spelledSource,
  type View,
  viewsOfPaths,
  viewsOfSource,
  viewsOfTypes,
} from './mount-views.ts';

/** Tests that one mount must all satisfy. */
export interface MountParams {
  readonly types?: readonly string[];
  /** Host paths of which at least one is handed in: the mount's source is the path or an ancestor of it. */
  readonly covers?: readonly string[];
  /** Also where only something below one of `covers` is handed in. */
  readonly parts?: boolean;
  /** What the host has mounted at `covers`, one of these types; whether it has can be known from its mounts alone. */
  readonly fileSystems?: readonly string[];
  /** Regular expressions over source and destination. */
  readonly source?: string;
  readonly destination?: string;
  /** The mount, or one that lies below it and holds what is wanted. */
  readonly writable?: boolean;
  readonly propagation?: Propagation;
  /** At least one of these options is not set. */
  readonly lacks?: readonly ('nosuid' | 'nodev' | 'noexec')[];
  readonly subpath?: boolean;
  /** Other containers of the artifact mount the same volume. */
  readonly shared?: boolean;
  readonly title: string;
}

/** A mount of this kind exists in the container. */
export const mount: GateKind<MountParams> = {
  mechanism: () => 'mount',
  models: 'the mount namespace as the runtime fills it; traverse_mounts(), fs/namei.c (5.7)',
  describe: (p) => p.title,
  evaluate(p, posture) {
    let open: Fact<unknown> | undefined;
    let hidden: Outcome | undefined;
    let supposed: Outcome | undefined;
    for (const [destination, found] of posture.family<Mount | 'none'>('mount.')) {
      const { value } = found;
      if (value instanceof Unknown) open ??= found;
      if (value instanceof Unknown || value === 'none') continue;
      for (const view of viewsIn(p, [destination, found], value, posture)) {
        const cover = coverOf(view, posture);
        const seen = cover ?? (p.writable === true ? readonlyBy(view, posture) : undefined);
        if (seen === undefined && view.supposed)
          supposed ??= unknown(
            `whether the host has a mount of its own there is not known: ${view.at}`,
            ['host.fact.mounts'],
            found,
          );
        else if (seen === undefined) return passes(describeMount(destination, value), found);
        else if (seen.value instanceof Unknown) open ??= seen;
        else if (cover !== undefined) hidden ??= closed(`${view.at} is covered: ${cover.key}`, cover);
      }
    }
    if (open !== undefined) return unknown((open.value as Unknown).why, [open.key], open);
    return supposed ?? hidden ?? closed(`no mount: ${p.title}`);
  },
  heeds: {
    family: 'mount.',
    paths: (p) => p.covers ?? [],
    value: (p, value) => value instanceof Unknown || (value !== 'none' && mayShow(p, value as Mount)),
  },
  close(p, posture) {
    const removed = each(p, posture, (key) => withdrawable(posture, key));
    const readonly = p.writable ? each(p, posture, readonlyChange) : undefined;
    return [removed, readonly].filter((changes) => changes !== undefined);
  },
};

function each(
  p: MountParams,
  posture: Posture,
  change: (key: FactKey, value: Mount) => Change | undefined,
): Change[] | undefined {
  const changes: Change[] = [];
  for (const [destination, found] of posture.family<Mount | 'none'>('mount.')) {
    const { value } = found;
    if (value instanceof Unknown || value === 'none') continue;
    const passing = viewsIn(p, [destination, found], value, posture).some(
      (view) =>
        coverOf(view, posture) === undefined && (p.writable !== true || readonlyBy(view, posture) === undefined),
    );
    if (!passing) continue;
    const one = change(`mount.${destination}`, value);
    if (one === undefined) return undefined;
    changes.push(one);
  }
  return changes.length > 0 ? changes : undefined;
}

function readonlyChange(key: FactKey, value: Mount): Change {
  return { kind: 'set', key, value: { ...value, readonly: true, recursiveReadonly: true } };
}

/** Places where a mount shows what is meant. */
function viewsIn(
  p: MountParams,
  member: readonly [string, Fact<Mount | 'none'>],
  value: Mount,
  posture: Posture,
): readonly View[] {
  if (!isMeant(p, value, sourceOf(member[0], value, posture))) return [];
  const { types, covers, parts = false, source, fileSystems } = p;
  const views =
    covers !== undefined
      ? viewsOfPaths(member, value, { paths: covers, parts, posture, ...(fileSystems && { fileSystems }) })
      : types === undefined || isOfHost(types)
        ? viewsOfSource(member, value, { wanted: (path) => isWanted(source, path), posture })
        : viewsOfTypes(member, value, { types, posture });
  return views.filter(
    ({ point, below }) =>
      (p.destination === undefined || regex(p.destination).test(point)) &&
      // Flags of the mount are not those of what came along with it.
      (below || p.lacks === undefined || p.lacks.some((option) => value[option] !== true)),
  );
}

const isOfHost = (types: readonly string[]): boolean => types.includes('bind');
const isWanted = (source: string | undefined, path: string): boolean =>
  source === undefined || regex(source).test(path);

/** What is asked of the mount itself, wherever what is looked for lies in it. */
function isMeant(p: MountParams, value: Mount, shows: string | undefined): boolean {
  const type = shows !== undefined ? 'bind' : value.type;
  // File systems of the kernel may be the host's own.
  if (p.types !== undefined && !p.types.includes(type) && (isOfHost(p.types) || shows === undefined)) return false;
  const source = shows ?? value.source;
  if (p.source !== undefined && (source === undefined || !isWanted(p.source, source))) return false;
  if (p.propagation !== undefined && value.propagation !== p.propagation) return false;
  if (p.subpath === true && value.subpath === undefined) return false;
  return p.shared !== true || (value.sharedWith ?? []).length > 0;
}

/** Without a posture: whether the mount could be one that is looked for. */
function mayShow(p: MountParams, value: Mount): boolean {
  if (value.type === 'sysfs') return p.types === undefined || isOfHost(p.types) || p.types.includes('sysfs');
  if (value.type !== 'bind') return isMeant(p, value, undefined);
  if (p.types !== undefined && !isOfHost(p.types)) return true;
  return (
    isMeant(p, value, spelledSource(value)) && (p.covers === undefined || shows(value, p.covers, p.parts ?? false))
  );
}

function describeMount(destination: string, value: Mount): string {
  const from = value.source === undefined ? value.type : `${value.type} ${value.source}`;
  return `${from} is mounted at ${destination}${value.readonly ? ' (read-only)' : ''}`;
}
