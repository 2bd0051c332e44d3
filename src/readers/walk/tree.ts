import { type Dirent, lstatSync, readdirSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import type { Ignore } from 'ignore';
import ignore from 'ignore';
import { CofferdamError } from '../../posture/index.ts';
import { type Confinement, reasonOf } from './confine.ts';
import { decode } from './content.ts';
import { claimsArtifact, isCandidate, SKIPPED_FOLDERS } from './names.ts';

/** A file that may be an artifact. `path` is as the user would name it. */
export interface FoundFile {
  readonly path: string;
  readonly absolute: string;
  /** Given by the user himself: whatever it is, something is said about it. */
  readonly named: boolean;
}

/** What was passed over, by why. */
export interface PassedOver {
  /** Folders of tools: `.git`, `node_modules`, `vendor`. */
  folders: number;
  /** By a `.gitignore`. */
  ignored: number;
  /** Symbolic links that lead out of the tree, to a folder, or nowhere. */
  links: number;
  /** Devices, fifos, sockets. */
  special: number;
}

export interface TreeLimits {
  readonly files: number;
  readonly depth: number;
}

interface Folder {
  readonly absolute: string;
  readonly path: string;
  readonly depth: number;
  readonly rules: readonly Rules[];
}

interface Rules {
  readonly base: string;
  readonly matcher: Ignore;
}

/**
 * Lists a folder in a stable order (by code unit, a folder where its name stands). Links to folders are not followed: what they show
 * inside the tree is visited under its own name, so no loop can be entered.
 */
export class Tree {
  readonly files: FoundFile[] = [];
  readonly problems: CofferdamError[] = [];
  readonly passedOver: PassedOver = { folders: 0, ignored: 0, links: 0, special: 0 };
  readonly #confinement: Confinement;
  readonly #limits: TreeLimits;
  readonly #seen = new Set<string>();
  #full = false;

  constructor(confinement: Confinement, limits: TreeLimits) {
    this.#confinement = confinement;
    this.#limits = limits;
  }

  walk(absolute: string, path: string): void {
    // A stack and not recursion: folders may nest as deep as a path can name.
    const stack: (Folder | FoundFile)[] = [{ absolute, path, depth: 0, rules: [] }];
    for (let next = stack.pop(); next !== undefined && !this.#full; next = stack.pop()) {
      if ('named' in next) this.add(next);
      else stack.push(...this.#entries(next).reverse());
    }
  }

  add(file: FoundFile): void {
    const real = this.#confinement.realInside(file.absolute) ?? file.absolute;
    if (this.#seen.has(real)) return;
    this.#seen.add(real);
    if (this.files.length < this.#limits.files) {
      this.files.push(file);
      return;
    }
    this.#full = true;
    this.problems.push(
      new CofferdamError('too-many-files', `more than ${this.#limits.files} files`, 'give a smaller folder', {
        path: file.path,
      }),
    );
  }

  #entries(folder: Folder): (Folder | FoundFile)[] {
    let entries: Dirent[];
    try {
      entries = readdirSync(folder.absolute, { withFileTypes: true });
    } catch (error) {
      const shown = folder.path || '.';
      this.problems.push(
        new CofferdamError(
          'unreadable',
          `folder \`${shown}\` cannot be read: ${reasonOf(error)}`,
          'check that you may read it',
          { path: shown },
        ),
      );
      return [];
    }
    entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    const rules = this.#rules(folder, entries);
    return entries.flatMap((entry) => this.#entry(folder, entry, rules));
  }

  #entry(folder: Folder, entry: Dirent, rules: readonly Rules[]): (Folder | FoundFile)[] {
    const absolute = join(folder.absolute, entry.name);
    const path = folder.path === '' ? entry.name : join(folder.path, entry.name);
    if (entry.isDirectory()) {
      if (SKIPPED_FOLDERS.has(entry.name) || folder.depth >= this.#limits.depth) return this.#pass('folders');
      if (isIgnored(rules, absolute, true)) return this.#pass('ignored');
      return [{ absolute, path, depth: folder.depth + 1, rules }];
    }
    if (!isCandidate(entry.name)) return [];
    if (entry.isSymbolicLink() && !this.#leadsToFile(absolute)) return this.#pass('links', LINK, path);
    if (!entry.isFile() && !entry.isSymbolicLink()) return this.#pass('special', SPECIAL, path);
    if (isIgnored(rules, absolute, false)) return this.#pass('ignored');
    return [{ absolute, path, named: false }];
  }

  /** Inside the tree and a regular file in the end. */
  #leadsToFile(absolute: string): boolean {
    const real = this.#confinement.realInside(absolute);
    try {
      return real !== undefined && lstatSync(real).isFile();
    } catch {
      return false;
    }
  }

  /** Counted; with a word of its own where the name claims an artifact. */
  #pass(why: keyof PassedOver, complaint?: readonly [code: string, what: string, hint: string], path = ''): [] {
    this.passedOver[why]++;
    if (complaint !== undefined && claimsArtifact(basename(path))) {
      const [code, what, hint] = complaint;
      this.problems.push(new CofferdamError(code, `\`${path}\` ${what}`, hint, { path }));
    }
    return [];
  }

  #rules(folder: Folder, entries: readonly Dirent[]): readonly Rules[] {
    if (!entries.some((entry) => entry.name === '.gitignore' && entry.isFile())) return folder.rules;
    const path = join(folder.path, '.gitignore');
    const bytes = this.#confinement.bytes(join(folder.absolute, '.gitignore'), path);
    const text = bytes instanceof CofferdamError ? bytes : decode(bytes, path);
    if (text instanceof CofferdamError) {
      this.problems.push(text);
      return folder.rules;
    }
    return [...folder.rules, { base: folder.absolute, matcher: ignore().add(text) }];
  }
}

const SPECIAL = ['unreadable', 'is no regular file', 'devices, fifos and sockets are never opened'] as const;
const LINK = [
  'outside-tree',
  'is a link that leads to no file inside the given tree',
  'name the file itself, or allow its folder with --allow-outside DIR',
] as const;

/** The nearest `.gitignore` that says anything of the path decides (gitignore(5)). */
function isIgnored(rules: readonly Rules[], absolute: string, folder: boolean): boolean {
  for (let i = rules.length - 1; i >= 0; i--) {
    const { base, matcher } = rules[i] as Rules;
    const way = relative(base, absolute).split(sep).join('/');
    const { ignored, unignored } = matcher.test(folder ? `${way}/` : way);
    if (ignored || unignored) return ignored;
  }
  return false;
}
