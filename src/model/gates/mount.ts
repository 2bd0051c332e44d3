import type { Change, Fact, FactKey, Mount, Posture, Propagation } from '../../posture/index.ts';
import { Unknown } from '../../posture/index.ts';
import { regex, withdrawable } from './fact.ts';
import { closed, type GateKind, passes, unknown } from './kind.ts';

/** Tests that one mount must all satisfy. */
export interface MountParams {
  readonly types?: readonly string[];
  /** Host paths of which at least one is handed in: the mount's source is the path or an ancestor of it. */
  readonly covers?: readonly string[];
  /** Also where only something below one of `covers` is handed in. */
  readonly parts?: boolean;
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
  models: 'the mount namespace as the runtime fills it; __is_local_mountpoint(), fs/namespace.c',
  describe: (p) => p.title,
  evaluate(p, posture) {
    let open: Fact<unknown> | undefined;
    for (const [destination, found] of posture.family<Mount | 'none'>('mount.')) {
      if (found.value instanceof Unknown) open ??= found;
      else if (found.value !== 'none' && satisfies(p, destination, found.value)) {
        const writable = p.writable === true ? isWritable(p, found.value, posture) : true;
        if (writable === true) return passes(describeMount(destination, found.value), found);
        if (writable !== false) open ??= writable;
      }
    }
    if (open !== undefined) return unknown((open.value as Unknown).why, [open.key], open);
    return closed(`no mount: ${p.title}`);
  },
  heeds: (p, key, value) =>
    value instanceof Unknown || (value !== 'none' && satisfies(p, key.slice('mount.'.length), value as Mount)),
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
    if (found.value instanceof Unknown || found.value === 'none' || !satisfies(p, destination, found.value)) continue;
    if (p.writable === true && isWritable(p, found.value, posture) === false) continue;
    const one = change(`mount.${destination}`, found.value);
    if (one === undefined) return undefined;
    changes.push(one);
  }
  return changes.length > 0 ? changes : undefined;
}

function readonlyChange(key: FactKey, value: Mount): Change {
  return { kind: 'set', key, value: { ...value, readonly: true, recursiveReadonly: true } };
}

function satisfies(p: MountParams, destination: string, value: Mount): boolean {
  if (p.types !== undefined && !p.types.includes(value.type)) return false;
  if (p.covers !== undefined && !coversAny(value, p.covers, p.parts ?? false)) return false;
  if (p.source !== undefined && !(value.source !== undefined && regex(p.source).test(sourceOf(value)))) return false;
  if (p.destination !== undefined && !regex(p.destination).test(destination)) return false;
  if (p.propagation !== undefined && value.propagation !== p.propagation) return false;
  if (p.subpath === true && value.subpath === undefined) return false;
  if (p.shared === true && (value.sharedWith ?? []).length === 0) return false;
  return p.lacks === undefined || p.lacks.some((option) => value[option] !== true);
}

/**
 * Where the host's mounts are not known: file systems of their own on every Linux with systemd, below paths that are handed in as a tree (`rbind`). mnt_want_write(),
 * fs/namespace.c, asks the mount that a file lies on: one made read-only at its top alone leaves them writable.
 */
const MOUNTED_BELOW = [
  '/proc',
  '/sys',
  '/dev',
  '/run',
  '/sys/fs/cgroup',
  '/sys/fs/bpf',
  '/sys/kernel/debug',
  '/sys/kernel/tracing',
  '/dev/pts',
  '/dev/shm',
];

/** The fact that would tell, where it is not known. */
function isWritable(p: MountParams, value: Mount, posture: Posture): boolean | Fact<unknown> {
  if (!value.readonly) return true;
  if (value.type !== 'bind' || value.source === undefined || value.recursiveReadonly === true) return false;
  const source = sourceOf(value);
  const points = posture.known('host.fact.mount-points');
  const below = (Array.isArray(points) ? (points as readonly string[]) : MOUNTED_BELOW).filter(
    (root) => root !== source && covers(source, root, false),
  );
  const wanted =
    p.covers === undefined
      ? below
      : below.filter((root) => hostPaths(p.covers ?? []).some((path) => covers(root, path, p.parts ?? false)));
  if (wanted.length === 0) return false;
  if (value.recursiveReadonly === false) return true;
  const recursive = posture.get('engine.recursive-readonly');
  if (recursive?.value instanceof Unknown) return recursive;
  return recursive?.value !== true;
}

function coversAny(value: Mount, paths: readonly string[], parts: boolean): boolean {
  if (value.type !== 'bind' || value.source === undefined) return false;
  const source = sourceOf(value);
  return hostPaths(paths).some((path) => covers(source, path, parts));
}

const sources = new WeakMap<Mount, string>();

function sourceOf(value: Mount): string {
  const known = sources.get(value) ?? hostPath(value.source ?? '');
  sources.set(value, known);
  return known;
}

const spelled = new WeakMap<readonly string[], readonly string[]>();

function hostPaths(paths: readonly string[]): readonly string[] {
  const known = spelled.get(paths) ?? paths.map(hostPath);
  spelled.set(paths, known);
  return known;
}

function covers(source: string, path: string, parts: boolean): boolean {
  return source === '/' || source === path || path.startsWith(`${source}/`) || (parts && source.startsWith(`${path}/`));
}

/** /var/run is a link to /run on every current distribution (FHS 3.0, 3.15): one spelling for comparison. */
function hostPath(path: string): string {
  const trimmed = path.length > 1 ? path.replace(/\/+$/, '') : path;
  return trimmed === '/var/run' || trimmed.startsWith('/var/run/')
    ? trimmed.slice('/var'.length)
    : trimmed === ''
      ? '/'
      : trimmed;
}

function describeMount(destination: string, value: Mount): string {
  const from = value.source === undefined ? value.type : `${value.type} ${value.source}`;
  return `${from} is mounted at ${destination}${value.readonly ? ' (read-only)' : ''}`;
}
