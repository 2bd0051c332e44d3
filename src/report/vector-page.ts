import type { Example, Vector } from '../vectors/index.ts';
import { codeSpan, escapeMarkdown, fenced, table } from './escape-markdown.ts';
import { joinSections } from './markdown.ts';
import { referenceEntries } from './references.ts';
import { conditionOf, exampleOf, type RouteNode, routeTrees } from './routes.ts';
import { SEVERITIES } from './wording.ts';

/** Headings of every page, in this order. */
export const PAGE_HEADINGS = [
  'What it is',
  'Life-cycle phase',
  'Mechanism',
  'Routes',
  'Fix',
  'Examples',
  'References',
] as const;

type Heading = (typeof PAGE_HEADINGS)[number];

const GENERATED = '<!-- Generated from the definition of the vector. Do not edit. -->';

/** The page of one vector, `docs/vectors/ID.md`. */
export function vectorPage(vector: Vector): string {
  const bodies: Readonly<Record<Heading, readonly string[]>> = {
    'What it is': [escapeMarkdown(`${vector.title}.`), '', escapeMarkdown(vector.why), '', ...factTable(vector)],
    'Life-cycle phase': [escapeMarkdown(vector.phase)],
    Mechanism: [escapeMarkdown(vector.mechanism)],
    Routes: routesBody(vector),
    Fix: [escapeMarkdown(vector.fix)],
    Examples: vector.examples.flatMap((example, i) => [...(i === 0 ? [] : ['']), ...exampleBody(example)]),
    References: referencesBody(vector),
  };
  return joinSections([
    [GENERATED],
    [`# ${escapeMarkdown(vector.id)}`],
    ...PAGE_HEADINGS.flatMap((heading) => [[`## ${heading}`], bodies[heading]]),
  ]);
}

function factTable({ severity, goal, stride, appliesTo }: Vector): string[] {
  return table(
    ['severity', 'goal', 'STRIDE', 'applies to'],
    [[severity, goal, stride, appliesTo.join(', ')].map(escapeMarkdown)],
  );
}

function routesBody(vector: Vector): string[] {
  const rule =
    vector.routes.length === 1
      ? 'The vector is open where every gate of the route lets the attacker through.'
      : 'The vector is open where every gate of any one route lets the attacker through.';
  const when =
    vector.when === undefined
      ? []
      : ['', 'It is asked only where:', '', ...listOf(routeTrees([[vector.when]])[0] ?? [])];
  const routes = routeTrees(vector.routes).flatMap((route, i) => [
    '',
    ...(vector.routes.length > 1 ? [`Route ${i + 1}:`, ''] : []),
    ...listOf(route),
  ]);
  return [rule, ...when, ...routes];
}

function listOf(nodes: readonly RouteNode[], depth = 0): string[] {
  return nodes.flatMap((node) => {
    const gate =
      node.mechanism === undefined
        ? ''
        : ` (${escapeMarkdown(node.mechanism)}; models ${escapeMarkdown(node.models ?? '')})`;
    return [`${'  '.repeat(depth)}- ${escapeMarkdown(conditionOf(node))}${gate}`, ...listOf(node.children, depth + 1)];
  });
}

function exampleBody(example: Example): string[] {
  const { language, artifact, beside, verdict } = exampleOf(example);
  const context = beside.map((part) => `, ${codeSpan(part)}`).join('');
  const [fence = '', ...lines] = fenced(artifact.trimEnd().split('\n'));
  return [`**${verdict}**${context}:`, '', fence.replace(/text$/, language), ...lines];
}

function referencesBody(vector: Vector): string[] {
  const entries = referenceEntries(vector.refs).map(
    ([name, ids]) => `- ${escapeMarkdown(name)}: ${ids.map(escapeMarkdown).join(', ')}`,
  );
  return entries.length === 0 ? ['No framework covers it.'] : entries;
}

/** The page that lists all, `docs/vectors/README.md`. */
export function vectorIndexPage(vectors: readonly Vector[]): string {
  const rows = [...vectors]
    .sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || (a.id < b.id ? -1 : 1))
    .map((vector) => [
      `[${escapeMarkdown(vector.id)}](${encodeURIComponent(vector.id)}.md)`,
      ...[vector.title, vector.severity, vector.phase, vector.mechanism, vector.goal].map(escapeMarkdown),
    ]);
  return joinSections([
    [GENERATED],
    ['# Attack vectors'],
    [`${vectors.length} vectors, worst first.`],
    table(
      [
        'vector',
        'a container (image, engine, host, cluster) that is open to it',
        'severity',
        'phase',
        'mechanism',
        'goal',
      ],
      rows,
    ),
  ]);
}
