import type { Change, Fact, FactKey, Mount, Posture } from '../../posture/index.ts';
import { Unknown } from '../../posture/index.ts';
import { withdrawable } from './fact.ts';
import { closed, type GateKind, passes, unknown } from './kind.ts';

export interface KernelFileParams {
  /** A path of procfs or sysfs as seen inside the container. */
  readonly path: string;
}

/** A file of procfs or sysfs is not covered by a mask. */
export const unmasked: GateKind<KernelFileParams> = {
  mechanism: () => 'mount',
  models: 'OCI linux.maskedPaths: /dev/null or an empty tmpfs mounted over the path',
  describe: (p) => `${p.path} is not masked`,
  evaluate(p, posture) {
    const mask = covering(posture, 'masked.', p.path);
    if (mask === undefined) return unknown('nothing states which paths are masked', ['masked.*']);
    if (mask.value instanceof Unknown) return unknown(mask.value.why, [mask.key], mask);
    return mask.value
      ? closed(`${mask.key.slice('masked.'.length)} is masked`, mask)
      : passes(`${p.path} is not masked`, mask);
  },
  close: (p, posture) => coverFixes(posture, 'masked.', p.path),
};

/** The mount through which a file of procfs or sysfs is seen is writable there. */
export const writableMount: GateKind<KernelFileParams> = {
  mechanism: () => 'mount',
  models:
    'mnt_want_write(), fs/namespace.c: a read-only mount refuses before the file system is asked; OCI linux.readonlyPaths',
  describe: (p) => `${p.path} is on a writable mount`,
  evaluate(p, posture) {
    const cover = covering(posture, 'readonly-path.', p.path);
    if (cover?.value === true) return closed(`${cover.key.slice('readonly-path.'.length)} is mounted read-only`, cover);
    const mount = mountOf(posture, p.path);
    if (mount?.value instanceof Unknown) return unknown(mount.value.why, [mount.key], mount);
    if (mount !== undefined && mount.value !== 'none' && mount.value.readonly)
      return closed(`${mount.key.slice('mount.'.length)} is mounted read-only`, mount);
    if (cover === undefined) return unknown('nothing states which paths are read-only', ['readonly-path.*']);
    if (cover.value instanceof Unknown) return unknown(cover.value.why, [cover.key], cover);
    return passes(`${p.path} is on a writable mount`, mount ?? cover);
  },
  heeds: (p, key) => isAtOrAbove(p.path, key.slice('mount.'.length)),
  close: (p, posture) => coverFixes(posture, 'readonly-path.', p.path),
};

/** The deciding fact for a path or the nearest of its ancestors; the family's wildcard where none is named. */
function covering(posture: Posture, family: 'masked.' | 'readonly-path.', path: string): Fact<boolean> | undefined {
  // Lists of masks write `cpu*` for each processor's folder.
  for (
    let at = path.replace(/\/cpu\d+(?=\/|$)/, '/cpu*');
    at.length > 1;
    at = at.slice(0, at.lastIndexOf('/')) || '/'
  ) {
    const found = posture.get(`${family}${at}`);
    if (found !== undefined && (found.value === true || found.value instanceof Unknown)) return found;
    if (at.lastIndexOf('/') === 0) return found;
  }
  return posture.get(`${family}*` as FactKey) as Fact<boolean> | undefined;
}

function coverFixes(posture: Posture, family: 'masked.' | 'readonly-path.', path: string): Change[][] {
  const withdraw = withdrawable(posture, `${family}${path}`);
  return withdraw ? [[withdraw]] : [];
}

/** The mount that a path lies on: the longest destination that is the path or an ancestor. */
function mountOf(posture: Posture, path: string): Fact<Mount | 'none'> | undefined {
  let best: Fact<Mount | 'none'> | undefined;
  let length = -1;
  for (const [destination, mount] of posture.family<Mount | 'none'>('mount.')) {
    if (mount.value === 'none' || destination.length <= length) continue;
    if (isAtOrAbove(path, destination)) {
      best = mount;
      length = destination.length;
    }
  }
  return best;
}

function isAtOrAbove(path: string, destination: string): boolean {
  return path === destination || path.startsWith(destination === '/' ? '/' : `${destination}/`);
}
