/**
 * The threat model for people: what is open first, element by element, worst first, with the remedy that closes most; then the flows
 * over each boundary, what already holds, what was assumed. `verbose` shows every threat with its vectors and every flow.
 */
import type { Flow, Threat, ThreatModel } from '../threats/index.ts';
import { escapeForeign } from './escape.ts';
import { enough, hanging, type Palette, paletteOf, wrap } from './layout.ts';
import {
  assumptionsOf,
  byBoundary,
  byElement,
  gatesOf,
  isOpen,
  kindsText,
  levelsText,
  Names,
  openVectors,
  remedyOf,
} from './threats-wording.ts';
import { placeText, plural } from './wording.ts';

export interface ThreatsTextOptions {
  readonly width: number;
  readonly color: boolean;
  readonly verbose: boolean;
}

interface Page extends ThreatsTextOptions {
  readonly palette: Palette;
  readonly names: Names;
}

const NARROWEST = 24;

export function renderThreatsText(model: ThreatModel, options: ThreatsTextOptions): string {
  const width = Math.max(NARROWEST, options.width);
  const page: Page = { ...options, width, palette: paletteOf(options.color), names: new Names(model) };
  const blocks = [
    headline(model, page),
    ...elementBlocks(model, page),
    boundaryBlock(model, page),
    endsBlock(model, page),
    holdingBlock(model, page),
    listBlock('Taken for granted', assumptionsOf(model), page),
    ...model.errors.map(({ path, line, message, hint }) => [
      ...wrap(escapeForeign(`${placeText({ path, line })}: ${message}`), width).map(page.palette.warn),
      ...hanging('  → ', escapeForeign(hint), width),
    ]),
    wrap(`${plural(model.threats.length, 'threat')}: ${levelsText(model.summary) || 'none'}`, width).map(
      page.palette.bold,
    ),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function headline(model: ThreatModel, { width, palette, names }: Page): string[] {
  const open = model.threats.filter(isOpen);
  const what = kindsText(model);
  if (model.elements.length === 0) return wrap('Nothing to model was found', width).map(palette.bold);
  if (open.length === 0) return [...wrap('No threat is open', width).map(palette.bold), ...wrap(what, width)];
  const elements = [...byElement(open).keys()].map((id) => escapeForeign(names.of(id)));
  const claim = `${plural(open.length, 'threat')} ${open.length === 1 ? 'is' : 'are'} open in ${elements.length} of ${plural(model.elements.length, 'element')}: `;
  const style = model.summary.critical + model.summary.high > 0 ? palette.bad : palette.bold;
  return [...wrap(claim + enough(elements, 2 * width - claim.length, 1), width).map(style), ...wrap(what, width)];
}

/** Threats that one element may take, unless the user asked for all. */
const MOST_THREATS = 6;

function elementBlocks({ threats }: ThreatModel, page: Page): string[][] {
  const shown = page.verbose ? threats : threats.filter(isOpen);
  return [...byElement(shown)].map(([id, own]) => {
    const element = page.names.element(id);
    const place = element?.source ? `  ${placeText(element.source)}` : '';
    const title = wrap(escapeForeign(`${element?.name ?? id} (${element?.kind ?? '?'})${place}`), page.width);
    const told = page.verbose ? own : own.slice(0, MOST_THREATS);
    const rest = own.length - told.length;
    return [
      ...title.map(page.palette.name),
      ...told.flatMap((threat) => threatLines(threat, page)),
      ...(rest > 0 ? wrap(`  and ${plural(rest, 'threat')} more`, page.width).map(page.palette.dim) : []),
    ];
  });
}

function threatLines(threat: Threat, page: Page): string[] {
  const { width, palette } = page;
  const style = isOpen(threat) ? (threat.residual === 'critical' || threat.residual === 'high' ? palette.bad : palette.warn) : palette.good;
  const label = `  ${threat.stride} ${threat.residual.padEnd(8)} `;
  const others = threat.to === null ? '' : ` (→ ${escapeForeign(page.names.of(threat.to))})`;
  const lines = hanging(label, `${threat.title}${others}`, width, { label: style });
  const open = openVectors(threat).map(({ vector }) => escapeForeign(vector));
  const indent = '      ';
  if (open.length > 0)
    lines.push(...hanging(`${indent}by  `, enough(open, width - 10, page.verbose ? 99 : 2), width, { text: palette.dim }));
  const remedy = remedyOf(threat);
  if (remedy !== undefined) {
    const closes = `closes ${remedy.closes} of ${open.length}`;
    lines.push(...hanging(`${indent}fix `, `${escapeForeign(remedy.changes.join('; '))} (${closes})`, width));
  }
  if (threat.accepted !== null) {
    const { reason, until } = threat.accepted;
    lines.push(...hanging(`${indent}accepted until ${until}: `, escapeForeign(reason), width));
  }
  if (page.verbose) lines.push(...heldLines(threat, page));
  return lines;
}

function heldLines({ mitigations, counts }: Threat, { width, palette }: Page): string[] {
  const undecided = counts.unknown === 0 ? [] : [`      ${plural(counts.unknown, 'vector')} not decided`];
  return [
    ...undecided.map(palette.dim),
    ...mitigations.slice(0, 3).flatMap(({ gate, because, stops }) => {
      const why = because === null ? '' : ` (${because})`;
      return hanging('      held ', escapeForeign(`${gate}${why}, stops ${stops}`), width, { text: palette.dim });
    }),
  ];
}

const MOST_FLOWS = 3;

function boundaryBlock({ flows }: ThreatModel, page: Page): string[] {
  const groups = [...byBoundary(flows)];
  if (groups.length === 0) return [];
  const most = page.verbose ? Number.POSITIVE_INFINITY : MOST_FLOWS;
  return [
    page.palette.bold('Flows over trust boundaries'),
    ...groups.flatMap(([boundary, own]) => [
      ...wrap(`  ${boundary}: ${plural(own.length, 'flow')}`, page.width),
      ...own.slice(0, most).flatMap((flow) => flowLines(flow, page)),
      ...(own.length > most ? [page.palette.dim(`    and ${own.length - most} more`)] : []),
    ]),
  ];
}

function flowLines({ from, to, what, bidirectional, details, source }: Flow, { width, names, palette }: Page): string[] {
  const detail = details.length === 0 ? '' : `: ${enough(details, 60, 1)}`;
  const place = source === null ? '' : ` (${placeText(source)})`;
  const arrow = bidirectional ? '↔' : '→';
  const text = `${names.of(from)} ${arrow} ${names.of(to)}, ${what}${detail}${place}`;
  return hanging('    ', escapeForeign(text), width, { text: palette.dim });
}

function endsBlock({ assets, entryPoints }: ThreatModel, page: Page): string[] {
  const declared = [...entryPoints.map((one) => ({ one, what: 'entry point' })), ...assets.map((one) => ({ one, what: 'asset' }))]
    .filter(({ one }) => one.declared)
    .map(({ one, what }) => `${what} ${one.name}: ${page.names.of(one.element)}${what === 'asset' ? `, ${one.value}` : ''}`);
  return listBlock('Declared', declared, page);
}

const MOST_GATES = 6;

function holdingBlock(model: ThreatModel, page: Page): string[] {
  const gates = gatesOf(model).map(
    ({ gate, because, threats }) =>
      `${gate}${because === null ? '' : ` (${because})`}: helps to hold ${plural(threats, 'threat')}`,
  );
  return listBlock('What already holds', gates, page, page.verbose ? Number.POSITIVE_INFINITY : MOST_GATES);
}

function listBlock(title: string, items: readonly string[], { width, palette }: Page, most = Number.POSITIVE_INFINITY): string[] {
  if (items.length === 0) return [];
  return [
    palette.bold(title),
    ...items.slice(0, most).flatMap((item) => hanging('  - ', escapeForeign(item), width)),
    ...(items.length > most ? [palette.dim(`  and ${items.length - most} more`)] : []),
  ];
}
