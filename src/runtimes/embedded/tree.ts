import { posix } from 'node:path';
import { call } from '../../kernel/index.ts';
import type { Files } from '../../live/index.ts';
import { type Kind, kindOf, resolveInside } from './host.ts';
import { AT_FDCWD, S } from './linux.ts';
import { may, type Operation } from './operation.ts';

/**
 * What lies where in the container's file system as the steps build it, so that nothing is ever created on a file system of the
 * host: mount points are made in what is our own alone.
 */
export type Cover =
  /** Memory of our own: anything may be made in it. */
  | { readonly kind: 'own' }
  /** A path of the host, bound here. */
  | { readonly kind: 'host'; readonly path: string }
  /** What the kernel shows: nothing can be made in it. */
  | { readonly kind: 'kernel' };

export class Tree {
  readonly #covers: { readonly at: string; readonly cover: Cover }[] = [{ at: '/', cover: { kind: 'own' } }];
  readonly #files: Files;
  /** Folder of the host below our own layer; undefined: the root is a bare one. */
  readonly #lower: string | undefined;
  /** Paths of a bare root that are made anyway. */
  readonly #made: Map<string, Kind>;

  constructor(files: Files, lower: string | undefined, made: Iterable<readonly [string, Kind]>) {
    this.#files = files;
    this.#lower = lower;
    this.#made = new Map(made);
  }

  /** The path that a destination leads to inside. */
  resolve(destination: string): string {
    const normal = posix.normalize(destination).replace(/(?<=.)\/$/, '');
    return this.#lower === undefined ? normal : resolveInside(this.#files, this.#lower, normal);
  }

  cover(path: string): Cover {
    return this.#find(path).cover;
  }

  /** Something is mounted at `path`: what was known to lie below it is hidden. */
  put(path: string, cover: Cover): void {
    this.#covers.push({ at: path, cover });
    for (const made of this.#made.keys()) if (made.startsWith(`${path}/`)) this.#made.delete(made);
  }

  /** Undefined: nothing is there, or it cannot be told. */
  kindAt(path: string): Kind | undefined {
    const { at, cover } = this.#find(path);
    if (cover.kind === 'host') return kindOf(this.#files, posix.join(cover.path, path.slice(at.length)));
    // Of /proc and /sys the host's own look the same.
    if (cover.kind === 'kernel') return kindOf(this.#files, path);
    return (
      this.#made.get(path) ??
      (this.#lower !== undefined && at === '/' ? kindOf(this.#files, this.#lower + path) : undefined)
    );
  }

  /** Calls that make `path` with all above it; undefined where it is not there and cannot be made. */
  make(path: string, kind: Kind): readonly Operation[] | undefined {
    const { at, cover } = this.#find(path);
    if (this.kindAt(path) !== undefined) return [];
    // Memory over a path of the host is not trusted to be there: had its mount failed, the host's would be written to.
    if (cover.kind !== 'own' || this.isBelowHost(path)) return undefined;
    const parts = path
      .slice(at.length)
      .split('/')
      .filter((part) => part !== '');
    const paths = parts.map((_, i) => posix.join(at, ...parts.slice(0, i + 1)));
    return paths.flatMap((each, i): Operation[] => {
      if (this.kindAt(each) !== undefined) return [];
      const folder = i < paths.length - 1 || kind === 'folder';
      this.#made.set(each, folder ? 'folder' : 'file');
      return [
        may(folder ? call('mkdirat', AT_FDCWD, each, 0o755) : call('mknodat', AT_FDCWD, each, S.IFREG | 0o644, 0)),
      ];
    });
  }

  isBelowHost(path: string): boolean {
    return this.#covers.some(({ at, cover }) => cover.kind === 'host' && path.startsWith(`${at}/`));
  }

  #find(path: string): { readonly at: string; readonly cover: Cover } {
    const found = this.#covers.findLast(({ at }) => at === '/' || path === at || path.startsWith(`${at}/`));
    return found ?? { at: '/', cover: { kind: 'own' } };
  }
}
