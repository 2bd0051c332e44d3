import type { Threat, ThreatModel } from '../threats/index.ts';
import { codeSpan, escapeMarkdown, table } from './escape-markdown.ts';
import { renderMermaid } from './threats-diagram.ts';
import {
  assumptionsOf,
  byElement,
  gatesOf,
  isOpen,
  kindsText,
  levelsText,
  Names,
  openVectors,
  RESIDUAL_TEXT,
  remedyOf,
  STRIDE,
} from './threats-wording.ts';
import { placeText, plural } from './wording.ts';

/** The threat model as a document to keep beside the artifacts: diagram, elements, flows, every threat, mitigations, assumptions. */
export function renderThreatsMarkdown(model: ThreatModel): string {
  const names = new Names(model);
  const parts = [
    [
      '# Threat model',
      '',
      `${kindsText(model)}.`,
      '',
      `${plural(model.threats.length, 'threat')}: ${levelsText(model.summary)}.`,
    ],
    ['## Data flows', '', '```mermaid', renderMermaid(model).trimEnd(), '```'],
    ['## Elements', '', ...elementsTable(model)],
    ['## Flows', '', ...flowsTable(model, names)],
    ['## Entry points and assets', '', ...endsTable(model, names)],
    ['## Threats', '', ...scale(), ...threatSections(model, names)],
    ['## What already holds', '', ...gatesTable(model)],
    ['## Taken for granted', '', ...assumptionsOf(model).map((text) => `- ${escapeMarkdown(text)}`)],
    errorLines(model),
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function elementsTable({ elements }: ThreatModel): string[] {
  const rows = elements.map(({ name, kind, zone, source, assumed }) => [
    escapeMarkdown(name),
    kind,
    escapeMarkdown(zone),
    source === null ? (assumed === null ? '' : 'assumed') : codeSpan(placeText(source)),
  ]);
  return table(['Element', 'Kind', 'Zone', 'Where'], rows);
}

function flowsTable({ flows }: ThreatModel, names: Names): string[] {
  const rows = flows.map(({ from, to, what, bidirectional, phase, crosses, source }) => [
    `${escapeMarkdown(names.of(from))} ${bidirectional ? '↔' : '→'} ${escapeMarkdown(names.of(to))}`,
    what,
    phase,
    crosses === null ? '' : crosses.boundary,
    source === null ? '' : codeSpan(placeText(source)),
  ]);
  return table(['Flow', 'What', 'Phase', 'Boundary', 'Where'], rows);
}

function endsTable({ assets, entryPoints }: ThreatModel, names: Names): string[] {
  const rows = [
    ...entryPoints.map((one) => ({ ...one, what: 'entry point' })),
    ...assets.map((one) => ({ ...one, what: 'asset' })),
  ];
  return table(
    ['What', 'Name', 'Element', 'Value', 'Declared'],
    rows.map(({ what, name, element, value, declared }) => [
      what,
      escapeMarkdown(name),
      escapeMarkdown(names.of(element)),
      what === 'asset' ? value : '',
      declared ? 'yes' : 'by its kind',
    ]),
  );
}

function scale(): string[] {
  return [
    'Residual risk, worst first:',
    '',
    ...Object.entries(RESIDUAL_TEXT).map(([level, text]) => `- **${level}**: ${text}`),
    '',
  ];
}

function threatSections({ threats }: ThreatModel, names: Names): string[] {
  return [...byElement(threats)].flatMap(([id, own]) => [
    `### ${escapeMarkdown(names.of(id))}`,
    '',
    ...table(
      ['STRIDE', 'Threat', 'Residual', 'Vectors', 'Fix', 'Held by'],
      own.map((threat) => threatRow(threat, names)),
    ),
    '',
  ]);
}

function threatRow(threat: Threat, names: Names): string[] {
  const { counts } = threat;
  const remedy = remedyOf(threat);
  const others = threat.to === null ? '' : ` (→ ${escapeMarkdown(names.of(threat.to))})`;
  const open = openVectors(threat).map(({ vector }) => codeSpan(vector));
  const accepted =
    threat.accepted === null ? '' : ` until ${threat.accepted.until}: ${escapeMarkdown(threat.accepted.reason)}`;
  return [
    STRIDE[threat.stride],
    `${threat.title}${others}`,
    `${threat.residual}${accepted}`,
    `${counts.open} open, ${counts.unknown} unknown, ${counts.blocked} blocked${open.length === 0 ? '' : `: ${open.join(', ')}`}`,
    remedy === undefined || !isOpen(threat)
      ? ''
      : `${remedy.changes.map(escapeMarkdown).join('; ')} (closes ${remedy.closes} of ${open.length})`,
    [...new Set(threat.mitigations.map(({ mechanism }) => mechanism))].join(', '),
  ];
}

const MOST_GATES = 40;

function gatesTable(model: ThreatModel): string[] {
  const gates = gatesOf(model);
  const rows = gates
    .slice(0, MOST_GATES)
    .map(({ gate, mechanism, because, threats }) => [
      escapeMarkdown(gate),
      mechanism,
      because === null ? '' : escapeMarkdown(because),
      String(threats),
    ]);
  const rest = gates.length - rows.length;
  return [...table(['Gate', 'Mechanism', 'Because', 'Threats'], rows), ...(rest > 0 ? ['', `and ${rest} more.`] : [])];
}

function errorLines({ errors }: ThreatModel): string[] {
  if (errors.length === 0) return [];
  const items = errors.map(
    ({ path, line, message, hint }) =>
      `- ${codeSpan(placeText({ path, line }))}: ${escapeMarkdown(message)} (${escapeMarkdown(hint)})`,
  );
  return ['## Could not be read', '', ...items];
}
