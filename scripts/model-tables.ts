/**
 * The generated part of docs/model.md: which kernel function each kind of gate and each word models, what uses it, and how it was held
 * against a kernel. It comes from `models` of the gates, the comments of `src/model/words*.ts`, the catalogue, and the register of functions
 * that were found in a kernel's sources.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GATES, type GateKind, type GateName } from '../src/model/gates/index.ts';
import type { Expr } from '../src/model/index.ts';
import { CATALOGUE } from '../src/vectors/catalogue.generated.ts';
import type { Vector } from '../src/vectors/define.ts';
import { mentionsIn } from './citations/mentions.ts';
import { type Register, readRegister } from './citations/register.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const register = readRegister();

export interface Row {
  readonly name: string;
  /** Below src/model. */
  readonly file: string;
  /** Names of kernel functions. */
  readonly functions: readonly string[];
  readonly vectors: readonly Vector[];
}

/** Kinds of gates that model no function of the kernel, and what stands in its place. */
export const NOT_THE_KERNEL: Partial<Record<GateName, string>> = {
  fact: 'what was stated is the decision itself',
  family: 'what was stated is the decision itself',
  host: 'a setting of the host; what it decides is named by the vector that asks',
  'kernel-version': 'whether the function exists; the version is named by the vector that asks',
  version: 'the release of an engine or runtime that changed it',
  'shared-kernel': 'which kernel serves the calls: the runtime decides',
  grant: 'the API server decides',
};

/** Gates in the order of the routes' words, with all vectors that lean on them. */
export async function gateRows(): Promise<Row[]> {
  const files = await gateFiles();
  const used = new Map(CATALOGUE.map((vector) => [vector, gatesOf(vector)]));
  return (Object.keys(GATES) as GateName[]).map((name) => ({
    name,
    file: files.get(name) ?? '',
    functions: functionsIn((GATES[name] as GateKind<never>).models),
    vectors: CATALOGUE.filter((vector) => used.get(vector)?.has(name)),
  }));
}

async function gateFiles(): Promise<Map<GateName, string>> {
  const files = new Map<GateName, string>();
  for (const entry of readdirSync(join(root, 'src/model/gates'))) {
    const [, file] = /^([a-z-]+)\.ts$/.exec(entry) ?? [];
    if (file === undefined || file === 'index') continue;
    const kinds = new Set<unknown>(Object.values((await import(`../src/model/gates/${file}.ts`)) as object));
    for (const name of Object.keys(GATES) as GateName[]) if (kinds.has(GATES[name])) files.set(name, `gates/${entry}`);
  }
  return files;
}

function gatesOf(vector: Vector): Set<GateName> {
  const names = new Set<GateName>();
  const walk = (expression: Expr): void => {
    if ('gate' in expression) names.add(expression.gate);
    else for (const part of 'all' in expression ? expression.all : expression.any) walk(part);
  };
  for (const part of [...vector.routes.flat(), ...(vector.when ? [vector.when] : [])]) walk(part);
  return names;
}

interface Definition {
  readonly name: string;
  readonly file: string;
  readonly functions: readonly string[];
  readonly body: string;
}

const WORD_FILES = ['processes', 'files', 'devices', 'kubernetes'].map((of) => `words-of-${of}.ts`);
const DEFINITION = /(?:\/\*\*(?<comment>(?:(?!\*\/)[\s\S])*)\*\/\n)?(?:export )?(?:const|function) (?<name>\w+)/g;

/** Words and their parts that name a kernel function in their comment, with the vectors that use them, by other words or straight. */
export function wordRows(): Row[] {
  const all = WORD_FILES.flatMap(definitionsIn);
  const users = new Map(CATALOGUE.map((vector) => [vector, withParts(importedWords(vector), all)]));
  return all
    .filter(({ functions }) => functions.length > 0)
    .map(({ name, file, functions }) => ({
      name,
      file,
      functions,
      vectors: CATALOGUE.filter((vector) => users.get(vector)?.has(name)),
    }));
}

function definitionsIn(file: string): Definition[] {
  const text = readFileSync(join(root, 'src/model', file), 'utf8');
  const found = [...text.matchAll(new RegExp(DEFINITION.source, 'gm'))].filter(
    (match) => match.index === 0 || text[match.index - 1] === '\n',
  );
  return found.map((match, i) => ({
    name: match.groups?.name ?? '',
    file,
    functions: functionsIn((match.groups?.comment ?? '').replaceAll(/\n \* ?/g, ' ')),
    body: text.slice(match.index + match[0].length, found[i + 1]?.index ?? text.length),
  }));
}

function importedWords({ mechanism, id }: Vector): Set<string> {
  const text = readFileSync(join(root, `src/vectors/${mechanism}/${id}.ts`), 'utf8');
  const lists = [...text.matchAll(/import \{([^}]*)\} from '[^']*\/model\/words[^']*'/g)].map(
    (match) => match[1] ?? '',
  );
  return new Set(
    lists
      .join()
      .split(',')
      .map((part) => part.trim().split(' ')[0] ?? ''),
  );
}

/** The words and what they are made of. */
function withParts(names: Set<string>, all: readonly Definition[]): Set<string> {
  const seen = new Set<string>();
  const add = (name: string): void => {
    const definition = all.find((candidate) => candidate.name === name);
    if (definition === undefined || seen.has(name)) return;
    seen.add(name);
    const code = definition.body.replaceAll(/'[^']*'|"[^"]*"|\/\*[\s\S]*?\*\/|\/\/.*/g, '');
    for (const [word] of code.matchAll(/\b[a-zA-Z]\w+\b/g)) add(word);
  };
  for (const name of names) add(name);
  return seen;
}

function functionsIn(text: string): string[] {
  return [...new Set(mentionsIn(text, '').map(({ name }) => name))];
}

function functionText(name: string): string {
  const files = Object.entries((register as Register)[name] ?? {});
  const where = files.map(([file, kernels]) => `${file} (${kernels.join(', ')})`);
  return `\`${name}()\`, ${where.join('; ')}`;
}

/** What held it against a kernel: each vector's examples are reasoned by hand, its probe is carried out. */
function checkedText(vectors: readonly Vector[]): string {
  const examples = vectors.reduce((sum, vector) => sum + vector.examples.length, 0);
  const probed = vectors.filter((vector) => vector.probe !== undefined).length;
  if (vectors.length === 0) return 'citation only';
  return `${examples} examples; ${probed === 0 ? 'no probe' : `kernel run: probes of ${probed}`}`;
}

function tableOf(head: string, rows: readonly Row[], instead: (row: Row) => string | undefined): string {
  const lines = rows.map((row) => {
    const functions = row.functions.map(functionText).join('<br>') || (instead(row) ?? '');
    return `| \`${row.name}\` | ${row.file} | ${functions} | ${row.vectors.length} | ${checkedText(row.vectors)} |`;
  });
  return [
    `| ${head} | In | Kernel function, source file (kernels in which it was read) | Vectors | Checked by |`,
    '|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}

const BEGIN = '<!-- generated by scripts/model-tables.ts: npm run generate -->';
const END = '<!-- end of the generated part -->';

/** The page with its generated part renewed. */
export async function withModelTables(page: string): Promise<string> {
  const [before] = page.split(BEGIN);
  const after = page.includes(END) ? page.slice(page.indexOf(END) + END.length) : '\n';
  const gates = tableOf('Gate', await gateRows(), (row) => NOT_THE_KERNEL[row.name as GateName]);
  const words = tableOf('Word', wordRows(), () => undefined);
  return `${before}${BEGIN}\n\n### Gates\n\n${gates}\n\n### Words\n\n${words}\n\n${END}${after}`;
}
