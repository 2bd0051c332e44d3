import { GATES, type GateKind, type GateName } from '../../model/gates/index.ts';
import { FACT_FAMILIES, FACT_KEYS } from './fact-keys.data.ts';
import { shapeText } from './fact-keys.ts';
import { GATE_PARAMS } from './gates.ts';
import type { ParamsSchema } from './params.ts';
import { VECTOR_FIELDS } from './vector.ts';
import { CHAPTERS, type Word } from './words.ts';

/** The generated part of docs/own-vectors.md: fields, words, gates and fact keys, from the tables that files are read with. */
function reference(): string {
  return [
    '## Fields of a vector',
    table(
      ['Field', 'Takes'],
      [...VECTOR_FIELDS].map(([name, field]) => [`\`${name}\`${field.required ? '' : '?'}`, field.schema.what]),
    ),
    '## Words',
    'What is followed by `?` may be left out. A word with one parameter takes its value alone, one with several a mapping, or a list in this order.',
    ...CHAPTERS.flatMap(([title, words]) => [
      `### ${title}`,
      table(['Word', 'Takes', 'Passes where'], Object.entries(words).map(wordRow)),
    ]),
    '## Gates',
    table(['Gate', 'Takes', 'Models'], (Object.keys(GATES) as GateName[]).map(gateRow)),
    '## Fact keys',
    table(
      ['Key', 'Holds'],
      [...Object.entries(FACT_KEYS), ...families()].map(([key, shape]) => [`\`${key}\``, shapeText(shape)]),
    ),
  ].join('\n\n');
}

function wordRow([name, word]: readonly [string, Word]): string[] {
  return [`\`${name}\``, word.takes === undefined ? '' : takesText(word.takes), word.says];
}

function gateRow(name: GateName): string[] {
  return [
    `\`${name}\``,
    takesText(GATE_PARAMS[name] as ParamsSchema<unknown>),
    (GATES[name] as GateKind<never>).models,
  ];
}

function takesText(schema: ParamsSchema<unknown>): string {
  return [...schema.fields]
    .map(([name, field]) => `\`${name}\`${field.required ? '' : '?'}: ${field.schema.what}`)
    .join('; ');
}

function families(): [string, string][] {
  return Object.entries(FACT_FAMILIES).map(([family, shape]) => [`${family}…`, shape]);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const BEGIN = '<!-- generated from the tables in src/check/own-vectors: npm run generate -->';
const END = '<!-- end of the generated part -->';

/** The page with its generated part renewed. */
export function withReference(page: string): string {
  const [before] = page.split(BEGIN);
  const after = page.includes(END) ? page.slice(page.indexOf(END) + END.length) : '\n';
  return `${before}${BEGIN}\n\n${reference()}\n\n${END}${after}`;
}
