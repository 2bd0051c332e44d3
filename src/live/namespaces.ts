import {
  factOf,
  type NamespaceMode,
  type NamespaceType,
  type Statement,
  Unknown,
  type Value,
} from '../posture/index.ts';
import { type Files, isForbidden, isMissing } from './files.ts';

export const NAMESPACE_TYPES: readonly NamespaceType[] = ['pid', 'net', 'mnt', 'user', 'ipc', 'uts', 'cgroup', 'time'];

/**
 * Numbers of the first namespaces. include/uapi/linux/nsfs.h (6.18), before that include/linux/proc_ns.h (3.8; of net and mnt
 * since 6.18 only). Others get numbers from PROC_DYNAMIC_FIRST, 0xf0000000, on (fs/proc/generic.c), so that these are never another's.
 */
const INITIAL: Readonly<Record<NamespaceType, number>> = {
  ipc: 0xefffffff,
  uts: 0xeffffffe,
  user: 0xeffffffd,
  pid: 0xeffffffc,
  cgroup: 0xeffffffb,
  time: 0xeffffffa,
  net: 0xeffffff9,
  mnt: 0xeffffff8,
};

/** Types whose first namespace has had its fixed number for as long as there are numbers. */
const ALWAYS_FIXED = new Set<NamespaceType>(['ipc', 'uts', 'user', 'pid', 'cgroup', 'time']);

export type NamespaceNumbers = Readonly<Record<NamespaceType, Value<number>>>;

/** The numbers behind /proc/PID/ns/*: two processes are in one namespace where they are the same. */
export function namespaceNumbers(files: Files, pid: number | 'self'): NamespaceNumbers {
  return Object.fromEntries(
    NAMESPACE_TYPES.map((type) => [type, namespaceNumber(files, pid, type)]),
  ) as NamespaceNumbers;
}

function namespaceNumber(files: Files, pid: number | 'self', type: NamespaceType): Value<number> {
  const link = files.link(`/proc/${pid}/ns/${type}`);
  if (link instanceof Unknown) return link;
  const digits = /\[(\d+)\]$/.exec(link)?.[1];
  return digits === undefined ? new Unknown(`/proc/${pid}/ns/${type} is not understood`) : Number(digits);
}

/** What stands for the host: process 1 where it may be read, else this program. */
export interface HostNamespaces {
  readonly numbers: NamespaceNumbers;
  readonly from: string;
}

export function hostNamespaces(files: Files): HostNamespaces {
  const own = namespaceNumbers(files, 'self');
  if (own.pid !== INITIAL.pid && !(own.pid instanceof Unknown)) {
    // Process 1 is some container's then, and this program may be in the same.
    const why = new Unknown('this program runs in a PID namespace of its own, from where the host is not seen');
    return { numbers: { ...own, net: why, mnt: why }, from: 'not seen from here' };
  }
  const first = namespaceNumbers(files, 1);
  return first.mnt instanceof Unknown
    ? { numbers: own, from: 'that of this program' }
    : { numbers: first, from: 'that of process 1' };
}

/** Whether a namespace is the host's; undefined where nothing tells. */
export function isHostNamespace(type: NamespaceType, number: number, host: HostNamespaces): boolean | undefined {
  if (number === INITIAL[type]) return true;
  if (ALWAYS_FIXED.has(type)) return false;
  const reference = host.numbers[type];
  if (reference instanceof Unknown) return undefined;
  return number === reference;
}

/** Other processes that are neither the container's nor the host's, by the namespaces that they share with it. */
export interface Neighbours {
  readonly shared: ReadonlySet<NamespaceType>;
  /** Types that processes which could not be looked into may share, of those where sharing decides something. */
  readonly possible: ReadonlySet<NamespaceType>;
}

/** Where sharing with another container decides something beyond not being the host's (words of the model). */
const SHARING_MATTERS: readonly NamespaceType[] = ['ipc', 'user'];

export function namespaceStatements(
  pid: number,
  numbers: NamespaceNumbers,
  host: HostNamespaces,
  neighbours: Neighbours,
): Statement[] {
  // A kernel without the type (cgroup came with 4.6, time with 5.6) has one for all, and no link for it beside the others.
  const linked = !(numbers.mnt instanceof Unknown);
  return NAMESPACE_TYPES.flatMap((type) => {
    const without = linked && isMissing(numbers[type]);
    const mode = without ? 'host' : modeOf(type, numbers[type], host, neighbours);
    if (mode === undefined) return [];
    const compared = ALWAYS_FIXED.has(type) ? 'the first of the kernel' : host.from;
    const from = `/proc/${pid}/ns/${type} (host: ${compared})`;
    return [{ phase: 'run', source: { kind: 'observed', from }, facts: factOf(`namespace.${type}`, mode) } as const];
  });
}

function modeOf(
  type: NamespaceType,
  number: Value<number>,
  host: HostNamespaces,
  neighbours: Neighbours,
): Value<NamespaceMode> | undefined {
  if (number instanceof Unknown) return number;
  const isHost = isHostNamespace(type, number, host);
  if (isHost === undefined) return host.numbers[type] instanceof Unknown ? host.numbers[type] : undefined;
  if (isHost) return 'host';
  if (neighbours.shared.has(type)) return 'shared';
  return neighbours.possible.has(type)
    ? new Unknown(
        'whether other containers share it is not known: not every process may be looked into, run as root of the host',
      )
    : 'private';
}

/**
 * Looks for processes of other containers in the same namespaces: those in a mount namespace that is neither the host's nor the
 * container's, and in a control group outside the container's, for what a container starts is below it.
 */
export function findNeighbours(files: Files, pid: number, numbers: NamespaceNumbers, host: HostNamespaces): Neighbours {
  const shared = new Set<NamespaceType>();
  const own = NAMESPACE_TYPES.filter((type) => {
    const number = numbers[type];
    return type !== 'mnt' && !(number instanceof Unknown) && isHostNamespace(type, number, host) === false;
  });
  const { mnt } = numbers;
  const processes = files.list('/proc');
  const possible = new Set<NamespaceType>();
  if (mnt instanceof Unknown || processes instanceof Unknown) return { shared, possible: new Set(SHARING_MATTERS) };
  if (own.length === 0) return { shared, possible };
  const group = groupOf(files, pid);
  const seen = new Set<number>([mnt]);
  for (const other of processes) {
    // Process 1 of the first PID namespace is the host's, and may be closed to everybody.
    if (!/^\d+$/.test(other) || other === '1' || Number(other) === pid) continue;
    const space = namespaceNumber(files, Number(other), 'mnt');
    if (space instanceof Unknown) {
      if (isForbidden(space)) for (const type of couldShare(files, pid, Number(other))) possible.add(type);
      continue;
    }
    if (seen.has(space) || isHostNamespace('mnt', space, host) !== false) continue;
    const theirs = groupOf(files, Number(other));
    if (theirs === undefined || group === undefined || theirs === group || theirs.startsWith(`${group}/`)) continue;
    seen.add(space);
    for (const type of own) if (namespaceNumber(files, Number(other), type) === numbers[type]) shared.add(type);
  }
  return { shared, possible };
}

/** Maps may be read by everybody: processes of one user namespace have the same ones. */
function couldShare(files: Files, pid: number, other: number): readonly NamespaceType[] {
  const [own, theirs] = [pid, other].map((one) => files.text(`/proc/${one}/uid_map`));
  return SHARING_MATTERS.filter(
    (type) => type !== 'user' || own instanceof Unknown || theirs instanceof Unknown || own === theirs,
  );
}

/** The control group that tells containers apart: the unified one, or of version 1 the deepest. */
function groupOf(files: Files, pid: number): string | undefined {
  const text = files.text(`/proc/${pid}/cgroup`);
  if (text instanceof Unknown) return undefined;
  const paths = text.split('\n').flatMap((line) => /^\d+:[^:]*:(\/.*)$/.exec(line)?.[1] ?? []);
  return paths.reduce<string | undefined>(
    (best, path) => (best === undefined || path.length > best.length ? path : best),
    undefined,
  );
}
