/**
 * Kernel functions as comments, gates, vectors and pages name them: `cap_capable(), security/commoncap.c (3.8)`. A function whose file
 * does not follow must have an underscore in its name, or it is taken for one of ours.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export interface Mention {
  readonly name: string;
  /** The kernel's source file, where it is named beside. */
  readonly file?: string;
  /** File and line of ours. */
  readonly place: string;
}

const MENTION =
  /\b(?<name>[a-z_][a-z0-9_]*)\(\)(?:(?: \([^()]*\))?(?:,? \(?| in )(?<file>(?:[a-z0-9_-]+\/)+[A-Za-z0-9_.-]+\.[ch])\b)?/g;

export function mentionsIn(text: string, place: string): Mention[] {
  return text.split('\n').flatMap((line, i) =>
    [...line.matchAll(MENTION)].flatMap(({ groups }) => {
      const { name = '', file } = groups ?? {};
      if (file === undefined && !/[a-z0-9]_[a-z0-9]|^_/.test(name)) return [];
      return [{ name, ...(file !== undefined && { file }), place: `${place}:${i + 1}` }];
    }),
  );
}

/** Where the project speaks of the kernel. What is generated from it says the same once more. */
const FOLDERS = [
  { folder: 'src', ending: '.ts', deep: true },
  { folder: 'docs', ending: '.md', deep: false },
];

export function allMentions(root: string): Mention[] {
  return FOLDERS.flatMap(({ folder, ending, deep }) =>
    readdirSync(join(root, folder), { withFileTypes: true, recursive: deep })
      .filter((entry) => entry.isFile() && entry.name.endsWith(ending) && !entry.name.includes('.generated.'))
      .flatMap((entry) => {
        const path = join(entry.parentPath, entry.name);
        return mentionsIn(readFileSync(path, 'utf8'), relative(root, path));
      }),
  );
}
