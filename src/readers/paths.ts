import { posix } from 'node:path';

const WINDOWS_DRIVE = /^[A-Za-z]:[\\/]/;

/** Absolute, of the home folder, or of Windows: nothing is put before it. */
export function isAnchored(path: string): boolean {
  return path.startsWith('/') || path === '~' || path.startsWith('~/') || isWindows(path);
}

function isWindows(path: string): boolean {
  return path.startsWith('\\\\') || WINDOWS_DRIVE.test(path);
}

/** A path as seen from the artifact's folder, for a path that is relative to `folder`. */
export function joinPath(folder: string, path: string): string {
  return isAnchored(path) ? path : posix.join(folder, path);
}

/** A host path as facts hold it: absolute, `~/…`, or `./…` and `../…` from the artifact's folder. */
export function hostPath(folder: string, path: string): string {
  const joined = joinPath(folder, path);
  if (isWindows(joined)) return joined;
  const bare = withoutSlash(posix.normalize(joined));
  if (bare === '.' || bare === '..') return `${bare}/`;
  return isAnchored(bare) || bare.startsWith('../') ? bare : `./${bare}`;
}

/** Where a mount ends up inside: cleaned, without the last slash. Windows paths stay as they are. */
export function insidePath(path: string): string {
  return isWindows(path) ? path : withoutSlash(posix.normalize(path));
}

/** Absolute: a relative path inside starts from the root, as runc and crun read it. */
export function cleanPath(path: string): string {
  return withoutSlash(posix.normalize(`/${path}`));
}

function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
