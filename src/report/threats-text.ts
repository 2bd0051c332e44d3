/**
 * The threat model for people: what is open first, element by element, worst first, with the remedy that closes most; then the flows
 * over each boundary, what already holds, what was assumed. `verbose` shows every threat with its vectors and every flow.
 */
import type { Flow, Threat, ThreatModel } from '../threats/index.ts';
import { escapeForeign } from './escape.ts';
import { apart, enough, hanging, type Palette, paletteOf, wrap } from './layout.ts';
import {
  assumptionsOf,
  byBoundary,
  byElement,
  gatesOf,
  isOpen,
  kindsText,
  LEVELS,
  levelsText,
  mechanismsOf,
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
    listBlock('Accepted', acceptedOf(model, page), page),
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
const MOST_REMEDIES = 3;

function elementBlocks({ threats }: ThreatModel, page: Page): string[][] {
  if (page.verbose) return [...byElement(threats)].map(([id, own]) => elementLines(id, own, own, page));
  const groups = [...byElement(threats.filter(isOpen))];
  const grave = groups.filter(([, own]) => own.some(isGrave));
  const others = groups.filter(([, own]) => !own.some(isGrave));
  return [
    ...grave.map(([id, own]) => elementLines(id, own, own.filter(isGrave).slice(0, MOST_THREATS), page)),
    others.length === 0
      ? []
      : [page.palette.bold('medium and low alone'), ...others.flatMap(([id, own]) => titleLines(id, own, page, '  '))],
  ];
}

function isGrave({ residual }: Threat): boolean {
  return residual === 'critical' || residual === 'high';
}

function titleLines(id: string, own: readonly Threat[], { width, names, palette }: Page, indent = ''): string[] {
  const element = names.element(id);
  const kind = element === undefined || element.kind === 'container' ? '' : ` (${element.kind})`;
  const place = element?.source ? `  ${placeText(element.source)}` : '';
  const counts = Object.fromEntries(LEVELS.map((level) => [level, 0])) as Record<Threat['residual'], number>;
  for (const { residual } of own) counts[residual]++;
  const left = `${indent}${escapeForeign(names.of(id))}${kind}${escapeForeign(place)}`;
  return apart(left, levelsText(counts), width, { left: palette.name, right: palette.bad });
}

function elementLines(id: string, own: readonly Threat[], told: readonly Threat[], page: Page): string[] {
  const rest = own.length - told.length;
  return [
    ...titleLines(id, own, page),
    ...told.flatMap((threat) => threatLines(threat, page)),
    ...(rest > 0
      ? hanging('  ', `and ${plural(rest, 'open threat')} more`, page.width, { text: page.palette.dim })
      : []),
    ...remedyLines(told, page),
  ];
}

/** Remedies of the threats told, each once: a change that helps against several comes first. */
function remedyLines(told: readonly Threat[], { width, verbose }: Page): string[] {
  const remedies = new Map<string, number>();
  for (const threat of told) {
    const changes = remedyOf(threat)?.changes.join('; ');
    if (changes !== undefined) remedies.set(changes, (remedies.get(changes) ?? 0) + 1);
  }
  return [...remedies]
    .sort(([, a], [, b]) => b - a)
    .slice(0, verbose ? remedies.size : MOST_REMEDIES)
    .flatMap(([changes, count]) =>
      hanging('  fix ', `${escapeForeign(changes)} (helps against ${count} of these)`, width),
    );
}

function threatLines(threat: Threat, page: Page): string[] {
  const { width, palette } = page;
  const style = isGrave(threat) ? palette.bad : isOpen(threat) ? palette.warn : palette.good;
  const label = `  ${threat.stride} ${threat.residual.padEnd(8)} `;
  const lines = hanging(label, threat.title, width, { label: style });
  const open = openVectors(threat).map(({ vector }) => escapeForeign(vector));
  const by = '             by ';
  const room = Math.max(16, width - by.length);
  if (open.length > 0)
    lines.push(
      ...hanging(by, enough(open, room, page.verbose ? 99 : 1), width, { text: palette.dim, label: palette.dim }),
    );
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
      ...hanging('  ', `${boundary}: ${plural(own.length, 'flow')}`, page.width),
      ...own.slice(0, most).flatMap((flow) => flowLines(flow, page)),
      ...(own.length > most ? [page.palette.dim(`    and ${own.length - most} more`)] : []),
    ]),
  ];
}

function flowLines(
  { from, to, what, bidirectional, details, source }: Flow,
  { width, names, palette }: Page,
): string[] {
  const detail = details.length === 0 ? '' : `: ${enough(details, 60, 1)}`;
  const place = source === null ? '' : ` (${placeText(source)})`;
  const arrow = bidirectional ? '↔' : '→';
  const text = `${names.of(from)} ${arrow} ${names.of(to)}, ${what}${detail}${place}`;
  return hanging('    ', escapeForeign(text), width, { text: palette.dim });
}

function endsBlock({ assets, entryPoints }: ThreatModel, page: Page): string[] {
  const declared = [
    ...entryPoints.map((one) => ({ one, what: 'entry point' })),
    ...assets.map((one) => ({ one, what: 'asset' })),
  ]
    .filter(({ one }) => one.declared)
    .map(
      ({ one, what }) =>
        `${what} ${one.name}: ${page.names.of(one.element)}${what === 'asset' ? `, ${one.value}` : ''}`,
    );
  return listBlock('Declared', declared, page);
}

function acceptedOf({ threats }: ThreatModel, { names }: Page): string[] {
  return threats.flatMap(({ title, element, accepted }) =>
    accepted === null ? [] : [`${title} (${names.of(element)}), until ${accepted.until}: ${accepted.reason}`],
  );
}

const MOST_GATES = 6;

/** Mechanisms by the findings that they hold, then the gates that lines of the artifacts close: those are somebody's work. */
function holdingBlock(model: ThreatModel, page: Page): string[] {
  const mechanisms = mechanismsOf(model).map(({ mechanism, findings }) => `${mechanism} ${findings}`);
  if (mechanisms.length === 0) return [];
  const stated = gatesOf(model).filter(({ stated }) => stated);
  const gates = stated.map(
    ({ gate, because, threats }) => `${gate} (${because}): helps to hold ${plural(threats, 'threat')}`,
  );
  const most = page.verbose ? Number.POSITIVE_INFINITY : MOST_GATES;
  return [
    page.palette.bold('What already holds'),
    ...hanging('  ', `blocked findings by mechanism: ${mechanisms.join(', ')}`, page.width),
    ...listBlock('', gates, page, most),
  ];
}

function listBlock(title: string, items: readonly string[], page: Page, most = Number.POSITIVE_INFINITY): string[] {
  if (items.length === 0) return [];
  const { width, palette } = page;
  return [
    ...(title === '' ? [] : [palette.bold(title)]),
    ...items.slice(0, most).flatMap((item) => hanging('  - ', escapeForeign(item), width)),
    ...(items.length > most ? [palette.dim(`  and ${items.length - most} more`)] : []),
  ];
}
