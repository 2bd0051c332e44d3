import { z } from 'zod';
import { type Study, study as studyShape } from '../lab/study.ts';

/** The study itself, members in the order of its schema; of lists an item a line, so that two runs can be compared by lines, too. */
export function* renderLabJson(study: Study): Generator<string> {
  const members = Object.entries(studyShape.parse(study));
  yield '{\n';
  for (const [i, [name, value]] of members.entries()) {
    const end = i < members.length - 1 ? ',\n' : '\n';
    if (!Array.isArray(value) || value.length === 0) yield `  "${name}": ${JSON.stringify(value)}${end}`;
    else yield* listed(name, value, end);
  }
  yield '}\n';
}

function* listed(name: string, items: readonly unknown[], end: string): Generator<string> {
  yield `  "${name}": [\n`;
  for (const [i, item] of items.entries()) yield `    ${JSON.stringify(item)}${i < items.length - 1 ? ',' : ''}\n`;
  yield `  ]${end}`;
}

/** The text of `schema/lab-1.json`. */
export function labSchemaText(): string {
  const { $schema, ...rest } = z.toJSONSchema(studyShape, { target: 'draft-2020-12', io: 'input' });
  const head = { $schema, $id: 'urn:cofferdam:lab:1', title: 'Result of cofferdam lab' };
  return `${JSON.stringify({ ...head, ...rest }, null, 2)}\n`;
}
