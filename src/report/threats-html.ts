/** The threat model as one page: the data-flow diagram to look around in, and every threat with what is left of it. */
import type { Threat, ThreatModel } from '../threats/index.ts';
import type { System } from '../threats/system.ts';
import { details, table } from './html/lab-words.ts';
import { html, type Markup } from './html/markup.ts';
import { GROUPINGS, groupsOf, Items, type Picture } from './html/picture.ts';
import { pictureBox } from './html/picture-box.ts';
import { renderPage } from './html/shell.ts';
import { diagramOf } from './threats-diagram.ts';
import {
  assumptionsOf,
  kindsText,
  levelsText,
  Names,
  openVectors,
  RESIDUAL_TEXT,
  remedyOf,
  STRIDE,
} from './threats-wording.ts';
import { plural } from './wording.ts';

export function renderThreatsHtml(model: ThreatModel, system: System): Promise<string> {
  const { tool, threats, summary } = model;
  return renderPage({
    title: 'Threat model',
    subtitle: `${tool.name} ${tool.version}: ${kindsText(model)}; ${plural(threats.length, 'threat')}: ${levelsText(summary)}`,
    script: 'graph',
    data: threatsPicture(model, system),
    sections: [
      { id: 'picture-section', title: 'Data-flow diagram', body: html`${INTRODUCTION}${pictureBox()}` },
      { id: 'threats', title: 'Threats', body: threatsPart(model) },
      { id: 'flows', title: 'Flows', body: flowsPart(model) },
      { id: 'remarks', title: 'Remarks', body: remarksPart(model) },
    ],
  });
}

const INTRODUCTION = html`<p>Boxes are elements, coloured by the worst of their threats that are open; frames are zones of trust. A solid line crosses a boundary, a dashed one does not.</p>`;

const WHERE = (place: { readonly path: string; readonly line: number } | null): string =>
  place === null ? '' : `${place.path}:${place.line}`;

function threatsPicture(model: ThreatModel, system: System): Picture {
  const { groups, edges } = diagramOf(model);
  const items = new Items();
  const byElement = new Map<string, Threat[]>();
  for (const threat of model.threats) byElement.set(threat.element, [...(byElement.get(threat.element) ?? []), threat]);
  const places = new Map<string, number>();
  const nodes = [...groups].flatMap(([zone, own]) =>
    own.map(({ id, element, shape, residual }) => {
      places.set(id, places.size);
      const threats = byElement.get(element.id) ?? [];
      const first = items.of(element.assumed ?? 'stated', WHERE(element.source));
      return {
        label: element.name,
        below: residual === undefined ? element.kind : `${element.kind}: ${residual}`,
        shape,
        level: residual ?? '',
        groups: { zone, ...groupsOf(system, element.id) },
        sections: [
          { title: 'Where', items: [first] },
          ...(threats.length === 0
            ? []
            : [{ title: `Threats (${threats.length})`, items: threats.map((threat) => threatItem(threat, items)) }]),
        ],
      };
    }),
  );
  return {
    nodes,
    edges: edges.map(({ flow, from, to }) => ({
      from: places.get(from) as number,
      to: places.get(to) as number,
      label: flow.what,
      dashed: flow.crosses === null,
      both: flow.bidirectional,
      items: [
        items.of(
          [flow.what, flow.phase, flow.crosses?.boundary, ...flow.details, flow.assumed]
            .filter((part) => part !== null && part !== undefined)
            .join('; '),
          WHERE(flow.source),
        ),
      ],
    })),
    items: items.all,
    ways: [],
    groupings: [{ id: 'zone', title: 'zone of trust' }, ...GROUPINGS],
    grouping: 'zone',
  };
}

function threatItem(threat: Threat, items: Items): number {
  const open = openVectors(threat);
  const vectors = open.length === 0 ? '' : `; open: ${open.map(({ vector }) => vector).join(', ')}`;
  const place = open.find(({ source }) => source !== null)?.source ?? null;
  return items.of(
    `${STRIDE[threat.stride]}: ${threat.title} [${RESIDUAL_TEXT[threat.residual]}]${vectors}`,
    WHERE(place),
  );
}

function threatsPart(model: ThreatModel): Markup {
  const names = new Names(model);
  return table(
    'Threats, the worst first',
    [
      { name: 'Element' },
      { name: 'Threat' },
      { name: 'What is left' },
      { name: 'Open', number: true },
      { name: 'Unknown', number: true },
      { name: 'Blocked', number: true },
      { name: 'Where, and what would help' },
    ],
    model.threats.map((threat) => [
      `${names.of(threat.element)}${threat.to === null ? '' : ` → ${names.of(threat.to)}`}`,
      html`${STRIDE[threat.stride]}: ${threat.title}`,
      html`<span class="risk ${threat.residual}">${RESIDUAL_TEXT[threat.residual]}</span>${threat.accepted === null ? '' : `: ${threat.accepted.reason}, until ${threat.accepted.until}`}`,
      threat.counts.open,
      threat.counts.unknown,
      threat.counts.blocked,
      helpOf(threat),
    ]),
  );
}

function helpOf(threat: Threat): Markup | string {
  const open = openVectors(threat);
  if (open.length === 0) return '';
  const remedy = remedyOf(threat);
  const vectors = html`<ul>${open.map(({ vector, source, statement }) => html`<li><code>${vector}</code> ${source === null ? '' : html`<code>${WHERE(source)}</code> `}${statement}</li>`)}</ul>`;
  const help = remedy === undefined ? '' : html`${remedy.changes.join('; ')} (closes ${remedy.closes})`;
  return html`${help}${details(plural(open.length, 'open vector'), vectors)}`;
}

function flowsPart(model: ThreatModel): Markup {
  const names = new Names(model);
  return details(
    plural(model.flows.length, 'flow'),
    table(
      'Flows',
      [{ name: 'From' }, { name: 'To' }, { name: 'What' }, { name: 'Phase' }, { name: 'Boundary' }, { name: 'Where' }],
      model.flows.map(({ from, to, what, bidirectional, phase, crosses, source, details: more, assumed }) => [
        names.of(from),
        names.of(to),
        [`${what}${bidirectional ? ' (both ways)' : ''}`, ...more].join('; '),
        phase,
        crosses?.boundary ?? '',
        html`<code>${WHERE(source)}</code>${assumed === null ? '' : html` ${assumed}`}`,
      ]),
    ),
  );
}

function remarksPart(model: ThreatModel): Markup {
  const ends = [
    ...model.entryPoints.map((one) => ['Entry point', one] as const),
    ...model.assets.map((one) => ['Asset', one] as const),
  ];
  const names = new Names(model);
  return html`${table(
    'Assets and entry points',
    [{ name: '' }, { name: 'Name' }, { name: 'Element' }, { name: 'Value' }, { name: 'Declared' }],
    ends.map(([what, { name, element, value, declared }]) => [
      what,
      name,
      names.of(element),
      value,
      declared ? 'yes' : 'by its kind',
    ]),
  )}<ul>${assumptionsOf(model).map((reason) => html`<li>Assumed: ${reason}</li>`)}${model.errors.map(
    ({ path, line, message, hint }) => html`<li><code>${path}:${line ?? 1}</code> ${message} → ${hint}</li>`,
  )}</ul>`;
}
