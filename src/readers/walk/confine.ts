import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { isAbsolute, join, normalize, relative, resolve, sep } from 'node:path';
import { CofferdamError, Unknown } from '../../posture/index.ts';
import { decode } from './content.ts';

/** O_NONBLOCK (and fstat after it): what was a file when it was looked at may be a fifo by now. O_NOFOLLOW: or a link. */
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

export interface Caps {
  /** Largest size of one file in bytes. */
  readonly fileBytes: number;
  /** Largest sum of all files read in a run. */
  readonly totalBytes: number;
}

/**
 * The one door to the file system. A path is opened only if, after every symbolic link on the way is followed, it lies in a tree
 * that the user gave or allowed, and only if it is a regular file: no artifact can name its way out, hang on a fifo or touch a device.
 */
export class Confinement {
  readonly #cwd: string;
  readonly #caps: Caps;
  /** As given and as they really are: a path must lie in the first kind by its name and in the second by its links. */
  readonly #roots = new Set<string>();
  readonly #realRoots = new Set<string>();
  #total = 0;

  constructor(cwd: string, caps: Caps, allowed: readonly string[]) {
    this.#cwd = cwd;
    this.#caps = caps;
    for (const path of allowed) this.allow(resolve(cwd, path));
  }

  /** Opens a tree (or a single file) for reading. One that does not exist allows nothing. */
  allow(absolute: string): void {
    const real = realOf(absolute);
    if (real === undefined) return;
    this.#roots.add(absolute);
    this.#realRoots.add(real);
  }

  /** A path named in an artifact, relative to the artifact's folder. */
  read(path: string, from: string): { path: string; text: string } | Unknown {
    const shown = this.#shown(path, from);
    const found = this.bytes(this.#absolute(path, from), shown);
    if (found instanceof CofferdamError) return new Unknown(`${found.message}; ${found.hint}`);
    const text = decode(found, shown);
    return text instanceof CofferdamError ? new Unknown(text.message) : { path: shown, text };
  }

  exists(path: string, from: string): boolean {
    const absolute = this.#absolute(path, from);
    return inside(absolute, this.#roots) && isThere(absolute) && this.realInside(absolute) !== undefined;
  }

  /** The contents of a regular file inside the allowed trees. */
  bytes(absolute: string, shown: string): Uint8Array | CofferdamError {
    if (!inside(absolute, this.#roots)) return outside(shown);
    const real = realOf(absolute);
    if (real === undefined) return unreadable(shown, 'no such file', 'check the path');
    if (!inside(real, this.#realRoots)) return outside(shown);
    return this.#open(real, shown);
  }

  /** The real path, where it exists and lies in an allowed tree. */
  realInside(absolute: string): string | undefined {
    const real = realOf(absolute);
    return real !== undefined && inside(real, this.#realRoots) ? real : undefined;
  }

  /** Whether a regular file begins with `#!`. */
  isScript(absolute: string): boolean {
    const real = this.realInside(absolute);
    let descriptor: number | undefined;
    try {
      if (real === undefined || !lstatSync(real).isFile()) return false;
      descriptor = openSync(real, FLAGS);
      const head = new Uint8Array(2);
      return fstatSync(descriptor).isFile() && readSync(descriptor, head) === 2 && head[0] === 0x23 && head[1] === 0x21;
    } catch {
      return false;
    } finally {
      if (descriptor !== undefined) closeSync(descriptor);
    }
  }

  #open(real: string, shown: string): Uint8Array | CofferdamError {
    let descriptor: number | undefined;
    try {
      if (!lstatSync(real).isFile())
        return unreadable(shown, 'not a regular file', 'devices, fifos and sockets are never opened');
      descriptor = openSync(real, FLAGS);
      const stat = fstatSync(descriptor);
      if (!stat.isFile()) return unreadable(shown, 'not a regular file', 'devices, fifos and sockets are never opened');
      if (stat.size > this.#caps.fileBytes) {
        return new CofferdamError(
          'too-large',
          `\`${shown}\` has ${stat.size} bytes`,
          `the limit is ${this.#caps.fileBytes} bytes a file: split it, or leave it out with .gitignore`,
          { path: shown },
        );
      }
      if (this.#total + stat.size > this.#caps.totalBytes) {
        return new CofferdamError(
          'too-large',
          `with \`${shown}\` the run would read more than ${this.#caps.totalBytes} bytes`,
          'give fewer or smaller files',
          { path: shown },
        );
      }
      this.#total += stat.size;
      return readFileSync(descriptor);
    } catch (error) {
      return unreadable(shown, reasonOf(error), 'check that you may read it');
    } finally {
      if (descriptor !== undefined) closeSync(descriptor);
    }
  }

  #absolute(path: string, from: string): string {
    return resolve(this.#cwd, from, '..', path);
  }

  #shown(path: string, from: string): string {
    return isAbsolute(path) ? normalize(path) : normalize(join(from, '..', path));
  }
}

function outside(shown: string): CofferdamError {
  return new CofferdamError(
    'outside-tree',
    `\`${shown}\` lies outside the given tree`,
    'allow its folder with --allow-outside DIR',
    { path: shown },
  );
}

function unreadable(shown: string, why: string, hint: string): CofferdamError {
  return new CofferdamError('unreadable', `\`${shown}\` cannot be read: ${why}`, hint, { path: shown });
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOENT: 'no such file',
  ELOOP: 'a loop of symbolic links',
  ENOTDIR: 'a part of the path is no directory',
  ENAMETOOLONG: 'the name is too long',
  EIO: 'input/output error',
};

export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return (Object.hasOwn(REASONS, code) ? REASONS[code] : undefined) ?? (code || 'it failed');
}

/** Mostly asked of what is not there, and an exception is dear. */
function isThere(absolute: string): boolean {
  try {
    return statSync(absolute, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/** Undefined where it does not exist, loops, or holds a NUL byte. */
function realOf(absolute: string): string | undefined {
  try {
    return realpathSync.native(absolute);
  } catch {
    return undefined;
  }
}

function inside(path: string, roots: ReadonlySet<string>): boolean {
  for (const root of roots) {
    if (path.startsWith(root) && (path.length === root.length || path[root.length] === sep)) return true;
    const way = relative(root, path);
    if (way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))) return true;
  }
  return false;
}
