import type { Change, Fact, Mount, Posture } from '../../posture/index.ts';
import { Unknown } from '../../posture/index.ts';
import { withdrawable } from './fact.ts';
import { closed, type GateKind, type Heeds, type Outcome, passes, unknown } from './kind.ts';
import { coverOf, readonlyBy, shows, type View, viewsOfBinds, viewsOfKernel } from './mount-views.ts';

interface KernelFileParams {
  /** A path of procfs or sysfs as seen inside the container. */
  readonly path: string;
}

export interface KernelMountParams extends KernelFileParams {
  /** A bind of this path of the host's will do too. */
  readonly bound?: string;
}

export interface CoverParams extends KernelFileParams {
  /** For masks: only one that lies on the path itself counts. For writing: only the file system as a whole, not what lies over parts of it. */
  readonly itself?: boolean;
}

/** Where the file would be, another mount of the same file system, or something that could lie over its file. */
const heedsMount: Heeds<KernelFileParams> = {
  family: 'mount.',
  paths: ({ path }) => [path],
  value: ({ path }, value) => isOfKernel(value) || isBindOf(path, value),
};

function isOfKernel(value: unknown): boolean {
  const { type } = value as Partial<Mount>;
  return type === 'proc' || type === 'sysfs';
}

/** A file system of the kernel is mounted that has the file, whatever may lie over it: the root of an image has none. */
export const kernelMount: GateKind<KernelMountParams> = {
  mechanism: () => 'mount',
  models:
    'OCI mounts: the runtime mounts what is listed and nothing else; lookup_slow(), fs/namei.c, finds an empty folder',
  describe: (p) => `${folderOf(p.path)} is mounted`,
  evaluate: ({ path, bound }, posture) => {
    const { views, none } = viewsIn(path, posture);
    const [view] = views.length > 0 || bound === undefined ? views : viewsOfBinds(bound, posture);
    return view === undefined ? none : passes(`${view.point} is mounted`, view.through);
  },
  heeds: {
    ...heedsMount,
    value: ({ path, bound }, value) =>
      heedsMount.value({ path }, value) || (bound !== undefined && isBindOf(bound, value)),
  },
  // A container without procfs is hardly one.
  close: () => [],
};

const folderOf = (path: string): string => path.replace(/^(\/[^/]+).*$/, '$1');

/** A file of procfs or sysfs is seen: neither a mask nor another mount lies over it. */
export const unmasked: GateKind<CoverParams & Pick<KernelMountParams, 'bound'>> = {
  mechanism: () => 'mount',
  models:
    'OCI linux.maskedPaths: /dev/null or an empty tmpfs mounted over the path; traverse_mounts(), fs/namei.c (5.7), leads there',
  describe: (p) => (p.itself ? `nothing is mounted on ${p.path} itself` : `${p.path} is not masked`),
  evaluate: ({ path, itself, bound }, posture) =>
    itself
      ? best(
          path,
          posture,
          {
            refusal: (view) => coverOnItself(view, posture),
            free: ({ at, through }) => passes(`nothing is mounted on ${at} itself`, through),
          },
          bound,
        )
      : best(path, posture, {
          refusal: (view) => coverOf(view, posture),
          free: ({ at, through }) => passes(`${at} is not masked`, posture.get(`masked.${at}`) ?? through),
        }),
  heeds: heedsMount,
  close: (p, posture) => coverFixes(posture, 'masked.', p.path),
};

/** The mount through which a file of procfs or sysfs is seen is writable there. */
export const writableMount: GateKind<CoverParams> = {
  mechanism: () => 'mount',
  models:
    'mnt_want_write(), fs/namespace.c: a read-only mount refuses before the file system is asked; OCI linux.readonlyPaths. sb_permission(), fs/namei.c: what the runtime mounts with `ro` is read-only as a file system, behind every mount',
  describe: (p) => (p.itself ? `${folderOf(p.path)} as a whole is not read-only` : `${p.path} is on a writable mount`),
  evaluate: ({ path, itself }, posture) =>
    itself
      ? whole(path, posture)
      : best(path, posture, {
          refusal: (view) => coverOf(view, posture) ?? readonlyBy(view, posture),
          free: ({ at, through }) => passes(`${at} is on a writable mount`, through),
        }),
  heeds: heedsMount,
  close: (p, posture) => (p.itself ? [] : coverFixes(posture, 'readonly-path.', p.path)),
};

/** What is bound is the host's own, which takes writes. */
function whole(path: string, posture: Posture): Outcome {
  const [bind] = viewsOfBinds(path, posture);
  if (bind !== undefined) return passes(`${bind.point} shows the host's own`, bind.through);
  return best(path, posture, {
    refusal: ({ mount, through }) => (mount.readonly ? through : undefined),
    free: ({ point, through }) => passes(`${point} as a whole is not read-only`, through),
  });
}

function isBindOf(path: string, value: unknown): boolean {
  return !(value instanceof Unknown) && value !== 'none' && shows(value as Mount, [path], false);
}

/** A mask, a read-only path or another mount that lies on exactly this path. */
function coverOnItself({ at }: View, posture: Posture): Fact<unknown> | undefined {
  const facts = [`masked.${at}`, `readonly-path.${at}`, `mount.${at}`] as const;
  return facts.map((key) => posture.get(key)).find((fact) => fact !== undefined && isCover(fact.value));
}

const isCover = (value: unknown): boolean => value !== false && value !== 'none';

interface Question {
  /** The fact that refuses, or may, what is seen. */
  readonly refusal: (view: View) => Fact<unknown> | undefined;
  readonly free: (view: View) => Outcome;
}

/** What comes of the place where most is allowed. */
function best(path: string, posture: Posture, { refusal, free }: Question, bound?: string): Outcome {
  const { views: own, none } = viewsIn(path, posture);
  const views = own.length > 0 || bound === undefined ? own : viewsOfBinds(bound, posture);
  let open: Outcome | undefined;
  let refused: Outcome | undefined;
  for (const view of views) {
    const fact = refusal(view);
    if (fact === undefined) return free(view);
    if (fact.value instanceof Unknown) open ??= unknown(fact.value.why, [fact.key], fact);
    else refused ??= closed(refusalText(fact), fact);
  }
  return open ?? refused ?? none;
}

function refusalText({ key }: Fact<unknown>): string {
  const [, family = '', path = ''] = /^([a-z-]+)\.(.*)$/.exec(key) ?? [];
  if (family === 'masked') return `${path} is masked`;
  return `${path} is mounted${family === 'mount' ? ' there' : ' read-only'}`;
}

/** `none`: what it means that there is no view. */
function viewsIn(path: string, posture: Posture): { readonly views: readonly View[]; readonly none: Outcome } {
  const found = viewsOfKernel(path, posture);
  if (!Array.isArray(found)) {
    const fact = found as Fact<unknown>;
    return { views: [], none: unknown((fact.value as Unknown).why, [fact.key], fact) };
  }
  const views = found as readonly View[];
  if (views.length > 0) return { views, none: closed('') };
  // Whoever lists what is masked lists what is mounted.
  return posture.get('masked.*') === undefined
    ? { views, none: unknown('nothing states what is mounted', ['masked.*']) }
    : { views, none: closed(`nothing is mounted at ${folderOf(path)}`) };
}

function coverFixes(posture: Posture, family: 'masked.' | 'readonly-path.', path: string): Change[][] {
  const withdraw = withdrawable(posture, `${family}${path}`);
  return withdraw ? [[withdraw]] : [];
}
