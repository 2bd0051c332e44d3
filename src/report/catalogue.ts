/**
 * The catalogue for people: the list of vectors, one vector in full, and the pages of `docs/vectors/`. All of it is made from the
 * definitions alone, so that what is shown cannot differ from what is judged.
 */
import type { Vector } from '../vectors/index.ts';
import { escapeForeign } from './escape.ts';
import { apart, hanging, paletteOf, wrap } from './layout.ts';
import { referenceEntries } from './references.ts';
import { nodeLines } from './route-lines.ts';
import { exampleOf, routeTrees } from './routes.ts';
import { vectorIndexPage } from './vector-page.ts';
import { SEVERITIES } from './wording.ts';

export { vectorIndexPage, vectorPage } from './vector-page.ts';

export type ListFormat = 'text' | 'json' | 'markdown';

export interface CatalogueOptions {
  readonly width: number;
  readonly color: boolean;
}

const PAGE: CatalogueOptions = { width: 100, color: false };

export function renderVectors(
  vectors: readonly Vector[],
  format: ListFormat,
  options: CatalogueOptions = PAGE,
): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(vectors.map(vectorDocument), null, 2)}\n`;
    case 'markdown':
      return vectorIndexPage(vectors);
    case 'text':
      return listText(vectors, options);
  }
}

/** A vector as data, in this order; routes can be walked: gates with their parameters, `all`, `any`. */
function vectorDocument(vector: Vector) {
  const {
    id,
    title,
    phase,
    mechanism,
    goal,
    severity,
    stride,
    appliesTo,
    when,
    routes,
    examples,
    fix,
    why,
    refs,
    aliases,
  } = vector;
  return {
    id,
    title,
    phase,
    mechanism,
    goal,
    severity,
    stride,
    appliesTo,
    ...(when && { when }),
    routes,
    examples,
    fix,
    why,
    refs,
    ...(aliases && { aliases }),
  };
}

function listText(vectors: readonly Vector[], { width, color }: CatalogueOptions): string {
  const palette = paletteOf(color);
  const rows = [...vectors].sort(
    (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || (a.id < b.id ? -1 : 1),
  );
  const lines = rows.flatMap((vector) => [
    ...apart(
      escapeForeign(vector.id),
      escapeForeign(`${vector.severity} · ${vector.phase} · ${vector.mechanism}`),
      width,
      { left: palette.bold, right: palette.dim },
    ),
    ...hanging('  ', escapeForeign(vector.title), width),
  ]);
  return `${[...lines, '', `${vectors.length} vectors; cofferdam explain ID shows one in full`].join('\n')}\n`;
}

/** One vector in full. */
export function renderVector(vector: Vector, options: CatalogueOptions = PAGE): string {
  const { width } = options;
  const palette = paletteOf(options.color);
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', palette.bold(title), ...lines];
  const body = (text: string) => hanging('  ', escapeForeign(text), width);
  const about = [
    `severity ${vector.severity}`,
    `phase ${vector.phase}`,
    `mechanism ${vector.mechanism}`,
    `goal ${vector.goal}`,
    `STRIDE ${vector.stride}`,
    `applies to ${vector.appliesTo.join(', ')}`,
  ];
  const lines = [
    ...wrap(escapeForeign(vector.id), width).map(palette.name),
    ...wrap(escapeForeign(vector.title), width).map(palette.bold),
    ...wrap(escapeForeign(about.join(' · ')), width).map(palette.dim),
    ...section('Why', body(vector.why)),
    ...section('Only where', vector.when === undefined ? [] : nodeLines(routeTrees([[vector.when]])[0] ?? [], width)),
    ...section(
      vector.routes.length === 1
        ? 'Route (every gate must let the attacker through)'
        : 'Routes (any one suffices; every gate of it must let the attacker through)',
      routeLines(vector, width),
    ),
    ...section('Fix', body(vector.fix)),
    ...section(
      'Examples',
      vector.examples.flatMap((example) => exampleLines(example, width)),
    ),
    ...section(
      'References',
      referenceEntries(vector.refs).flatMap(([name, ids]) =>
        hanging(`  ${name}  `, escapeForeign(ids.join(', ')), width),
      ),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function routeLines(vector: Vector, width: number): string[] {
  return routeTrees(vector.routes).flatMap((route, i) => [
    ...(vector.routes.length > 1 ? [`  route ${i + 1}`] : []),
    ...nodeLines(route, width),
  ]);
}

function exampleLines(example: Vector['examples'][number], width: number): string[] {
  const { verdict, beside, artifact } = exampleOf(example);
  const mark = { open: '✗', blocked: '✓', unknown: '?', 'not-applicable': '–' }[example.verdict];
  return [
    ...hanging(`  ${mark} `, escapeForeign([verdict, ...beside].join('; ')), width),
    ...artifact
      .split('\n')
      .filter((line) => line !== '')
      .flatMap((line) => hanging('      ', escapeForeign(line), width)),
  ];
}
