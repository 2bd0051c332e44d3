/**
 * Looks up every kernel function that the project names in the sources of one or more kernels, and writes where it was found to
 * `scripts/citations/functions.json`, which a test holds all mentions against. What is not found in these sources keeps what an
 * earlier run found, so that a function of another kernel can be added by naming that kernel's sources alone.
 *
 *     npx tsx scripts/citations.ts 6.1=path/to/linux-6.1 6.12=path/to/linux-6.12
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { allMentions } from './citations/mentions.ts';
import { REGISTER_FILE, type Register, readRegister } from './citations/register.ts';

const FOLDERS =
  'arch/arm64 arch/x86 block crypto drivers fs include init io_uring ipc kernel lib mm net security virt'.split(' ');

type Found = Map<string, Map<string, Set<string>>>;

function sourceFiles(tree: string): string[] {
  return FOLDERS.filter((folder) => existsSync(join(tree, folder))).flatMap((folder) =>
    readdirSync(join(tree, folder), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && /\.[ch]$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
}

/** Beginnings of definitions: in the first column, with a body; a macro; a system call, which is named with `sys_` or without. */
function definitions(names: readonly string[]): RegExp {
  const any = [...new Set(names.flatMap((name) => [name, name.replace(/^sys_/, '')]))].join('|');
  return new RegExp(
    `^(?:#\\s*define\\s+|(?:COMPAT_)?(?<call>SYSCALL_DEFINE\\d)\\(|(?=[A-Za-z_])(?!typedef|return|EXPORT|else)[^;=\\n]*?)\\b(?<name>${any})(?<after>[(,)][^;{]*(?<end>[;{]?))`,
    'gm',
  );
}

function look(tree: string, kernel: string, names: readonly string[], found: Found): void {
  const wanted = new Set(names);
  const pattern = definitions(names);
  for (const path of sourceFiles(tree)) {
    const file = relative(tree, path);
    for (const { 0: text, groups = {} } of readFileSync(path, 'latin1').matchAll(pattern)) {
      const isCall = groups.call !== undefined;
      if (!isCall && !text.startsWith('#') && (groups.end !== '{' || !groups.after?.startsWith('('))) continue;
      const name = groups.name ?? '';
      for (const spelled of isCall ? [name, `sys_${name}`] : [name])
        if (wanted.has(spelled)) note(found, spelled, file, kernel);
    }
  }
}

function note(found: Found, name: string, file: string, kernel: string): void {
  const files = found.get(name) ?? new Map<string, Set<string>>();
  found.set(name, files);
  files.set(file, (files.get(file) ?? new Set()).add(kernel));
}

/** Of files that nobody names, one is enough to show that the function exists. */
function kept(files: ReadonlyMap<string, ReadonlySet<string>>, named: ReadonlySet<string>): [string, string[]][] {
  const rows = [...files].map(([file, kernels]): [string, string[]] => [file, [...kernels].sort(byRelease)]);
  const cited = rows.filter(([file]) => named.has(file));
  return cited.length > 0
    ? cited
    : rows.sort(([a], [b]) => Number(a.endsWith('.h')) - Number(b.endsWith('.h'))).slice(0, 1);
}

function byRelease(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

function main(trees: readonly (readonly [kernel: string, path: string])[]): void {
  const mentions = allMentions(fileURLToPath(new URL('..', import.meta.url)));
  const names = [...new Set(mentions.map(({ name }) => name))].sort();
  const found: Found = new Map();
  for (const [name, files] of Object.entries(readRegister()))
    for (const [file, kernels] of Object.entries(files)) for (const kernel of kernels) note(found, name, file, kernel);
  for (const [kernel, path] of trees) look(path, kernel, names, found);
  const register: Register = Object.fromEntries(
    names.flatMap((name) => {
      const files = found.get(name);
      const named = new Set(mentions.flatMap((mention) => (mention.name === name ? (mention.file ?? []) : [])));
      return files === undefined ? [] : [[name, Object.fromEntries(kept(files, named))]];
    }),
  );
  const lines = Object.entries(register).map(([name, files]) => `  ${JSON.stringify(name)}: ${JSON.stringify(files)}`);
  writeFileSync(REGISTER_FILE, `{\n${lines.join(',\n')}\n}\n`);
  for (const { name, file, place } of mentions)
    if (register[name] === undefined || (file !== undefined && register[name][file] === undefined))
      process.stdout.write(`not found: ${name}()${file === undefined ? '' : `, ${file}`} (${place})\n`);
}

main(process.argv.slice(2).map((argument) => argument.split('=', 2) as [string, string]));
