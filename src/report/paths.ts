/** Attack paths as text: told as numbered sentences that can be checked line by line, then what stops them. */
import type { ControlChange, Controls, Named, Path, PathsDocument, Reach, Told } from '../paths/document.ts';
import { escapeForeign } from './escape.ts';
import { apart, enough, hanging, type Palette, paletteOf, wrap } from './layout.ts';
import { plural } from './wording.ts';

interface PathsLook {
  readonly width: number;
  readonly color: boolean;
}

export function renderPathsText(document: PathsDocument, { width, color }: PathsLook): string {
  const page: Page = { width: Math.max(40, width), palette: paletteOf(color) };
  const blocks = [
    headline(document, page),
    reachBlock(document, page),
    ...document.paths.map((path) => pathBlock(path, page)),
    noPath(document, page),
    ...chokeBlocks(document, page),
    document.controls === null ? [] : controlBlock(document.controls, document, page),
    whatIfBlock(document, page),
    document.notes.flatMap((note) => wrap(`Note: ${note}.`, page.width)),
    document.errors.flatMap(({ path, line, message, hint }) => [
      ...wrap(`${escapeForeign(path)}:${line ?? 1}: ${escapeForeign(message)}`, page.width),
      ...hanging('  → ', escapeForeign(hint), page.width),
    ]),
    document.skipped.flatMap(({ path, what, remedy }) =>
      wrap(`Not read: ${escapeForeign(path)} (${escapeForeign(what)}): ${escapeForeign(remedy)}`, page.width),
    ),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

interface Page {
  readonly width: number;
  readonly palette: Palette;
}

function headline({ size, entries, assets }: PathsDocument, { width }: Page): string[] {
  const text = `${plural(size.containers, 'container')}: ${plural(size.states, 'state')} that an attacker can hold, ${plural(size.steps, 'step')} between them; ${plural(entries.length, 'entry', 'entries')}, ${plural(assets.length, 'asset')}.`;
  return wrap(text, width);
}

const SURE: Readonly<Record<Path['certainty'], string>> = {
  configured: '',
  'not-settled': 'not settled',
  'known-flaw': 'known flaw',
  'new-flaw': 'new flaw',
};

const LEGEND =
  'Not settled: if what nobody stated turns out so. Known flaw: of a release in use, by its number. New flaw: one must be found first. All else is configured so.';

/** A row an entry, those that reach the same things together. */
function reachBlock({ reach, reachLeftOut }: PathsDocument, page: Page): string[] {
  if (reach.length === 0) return [];
  const lines = wrap('What is reached from where, and what it costs', page.width).map(page.palette.bold);
  for (const group of alike(reach)) {
    const [first] = group as [Reach];
    lines.push(
      ...wrap(group.map(({ entry }) => escapeForeign(entry.label)).join('; '), page.width).map(page.palette.name),
    );
    const assets = plain(first).map(
      ({ asset, cost, certainty }) =>
        `${escapeForeign(asset.label)} ${cost}${SURE[certainty] === '' ? '' : ` (${SURE[certainty]})`}`,
    );
    const told = reach.length === 1;
    const rest = [
      ...amount(first.containers, 'other container', told, page),
      ...amount(first.credentials, 'credential', told, page),
    ];
    const all = [...assets, ...rest];
    lines.push(...hanging('  ', all.length === 0 ? 'nothing' : all.join('; '), page.width));
  }
  lines.push(...wrap(LEGEND, page.width).map(page.palette.dim));
  if (reachLeftOut > 0)
    lines.push(
      ...wrap(
        `${plural(reachLeftOut, 'further entry', 'further entries')} not followed one by one: ask with --from.`,
        page.width,
      ),
    );
  return lines;
}

/** How many; of a single entry which, too: the blast radius of one container. */
function amount(names: readonly string[], what: string, told: boolean, { width }: Page): string[] {
  if (names.length === 0) return [];
  const count = plural(names.length, what);
  return [told ? `${count} (${enough(names.map(escapeForeign), width, 2)})` : count];
}

function alike(reach: readonly Reach[]): readonly (readonly Reach[])[] {
  const groups = new Map<string, Reach[]>();
  for (const one of reach) {
    const shown = plain(one).map(({ asset, cost, certainty }) => [asset.id, cost, certainty]);
    const key = JSON.stringify([shown, one.containers.length, one.credentials.length]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()];
}

/** Without the kernel and files of a machine whose root is had for no more. */
function plain<T extends { readonly asset: Named; readonly certainty: unknown }>({
  assets,
}: {
  readonly assets: readonly T[];
}): readonly T[] {
  return assets.filter(({ asset, certainty }) => {
    const [, kind, about] = /^(kernel|host-files):(.*)$/.exec(asset.id) ?? [];
    const root = assets.find((one) => one.asset.id === `host-root:${about}`);
    return kind === undefined || root === undefined || root.certainty !== certainty;
  });
}

function pathBlock({ from, to, rank, cost, certainty, steps }: Path, page: Page): string[] {
  const { palette, width } = page;
  const which = rank === 1 ? 'The cheapest way' : rank === 'configured' ? 'The cheapest configured way' : `Way ${rank}`;
  const sure = SURE[certainty] === '' ? '' : `, ${SURE[certainty]}`;
  const title = `${which} from ${escapeForeign(from.label)} to ${escapeForeign(to.label)}`;
  const lines = apart(title, `cost ${cost}${sure}`, width, { left: palette.bold, right: palette.warn });
  for (const [i, step] of steps.entries()) lines.push(...stepLines(`${String(i + 1).padStart(2)}. `, step, page));
  return lines;
}

function stepLines(label: string, step: Told, { width, palette }: Page): string[] {
  const indent = ' '.repeat(label.length);
  const lines = hanging(label, escapeForeign(sentence(step)), width);
  const place = step.place === null ? undefined : `${step.place.path}:${step.place.line}`;
  const statement = step.cause.kind === 'vector' ? step.cause.statement : '';
  const where = [place, statement].filter((part) => part !== undefined && part !== '').join('  ');
  if (where !== '') lines.push(...hanging(indent, escapeForeign(where), width, { text: palette.dim }));
  return lines;
}

/** One step as a sentence, with what it costs and why. */
function sentence({ from, to, cost, cause, price }: Told): string {
  const start = from.length === 0 ? 'Anybody' : capital(from.map(({ label }) => label).join(' and '));
  const priced = `(${cost}${price.length > 1 || cause.kind !== 'vector' ? `: ${price.map(priceText).join(', ')}` : ''})`;
  const lead = `${start} leads to ${to.label} ${priced}`;
  switch (cause.kind) {
    case 'rule':
      return `${lead}: ${cause.says}.${cause.assumed === undefined ? '' : ` Assumed: ${cause.assumed}.`}`;
    case 'vector': {
      const state =
        cause.verdict === 'open'
          ? cause.vector
          : cause.verdict === 'unknown'
            ? `${cause.vector}, not settled`
            : `${cause.vector}, blocked: ${cause.mechanisms.join(' and ')} must fail`;
      return `${lead}: ${cause.title} [${state}].`;
    }
    case 'known':
      return `${lead}: flaws are known of the release in use, as far as its number tells [${enough(cause.ids, 60, 1)}].`;
    case 'flaw': {
      const open = cause.through.length === 0 ? '' : `; within reach are ${enough(cause.through, 100, 1)}`;
      const often =
        cause.perYear === 0
          ? `none in ${cause.years} years would have served here`
          : `${cause.perYear.toFixed(1)} a year would have served here${open}`;
      return `${lead}: the next ${cause.flaw.replace('-', ' ')}; ${often}.`;
    }
  }
}

function priceText({ name, cost }: Told['price'][number]): string {
  return cost === 0 && name === 'given' ? 'given' : `${name.replaceAll('-', ' ')} ${cost}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function noPath({ paths, entries, assets, size }: PathsDocument, page: Page): string[] {
  if (paths.length > 0) return [];
  const list = (all: readonly Named[]) =>
    enough(
      all.map(({ label }) => escapeForeign(label)),
      page.width,
      2,
    );
  if (assets.length === 0)
    return wrap('There is no asset: the targets describe no container, host or cluster.', page.width);
  const text = `No way leads from ${list(entries)} to ${list(assets)}: ${plural(size.steps, 'step')} considered, with those that a flaw would open.`;
  return wrap(text, page.width);
}

function chokeBlocks({ chokePoints }: PathsDocument, page: Page): string[][] {
  return chokePoints
    .filter(({ states, steps }) => states.length + steps.length > 0)
    .map(({ asset, from, states, steps }) => [
      ...wrap(
        `Every configured way from ${enough(
          from.map(({ label }) => escapeForeign(label)),
          page.width,
          1,
        )} to ${escapeForeign(asset.label)} passes`,
        page.width,
      ).map(page.palette.bold),
      ...states.flatMap(({ label }) => hanging('  - ', escapeForeign(label), page.width)),
      ...(states.length > 0 ? [] : steps.flatMap((step) => hanging('  - ', escapeForeign(sentence(step)), page.width))),
    ]);
}

function controlBlock(controls: Controls, { assets }: PathsDocument, page: Page): string[] {
  const { palette, width } = page;
  const { changes, cost, bound, proven } = controls;
  const lines: string[] = [];
  if (changes.length > 0) {
    const proof = proven
      ? 'proven: no cheaper set does'
      : `not proven: the search ended at its limit; no set costs less than ${Math.ceil(bound)}`;
    const title = `The least that cuts every configured way to ${controls.uncut.length === 0 ? plural(assets.length, 'asset') : 'the others'}: ${plural(changes.length, 'change')}`;
    lines.push(...apart(title, `trouble ${cost}; ${proof}`, width, { left: palette.bold, right: palette.good }));
    for (const change of changes) lines.push(...changeLines(change, page));
    for (const other of controls.others) {
      const instead = other.filter(({ id }) => !changes.some((change) => change.id === id));
      const kept = changes.filter(({ id }) => !other.some((change) => change.id === id));
      const text = `or, for as much, in place of ${kept.map(({ id }) => id).join(', ')}: ${instead.map(changeText).join('; ')}`;
      lines.push(...hanging('  ', text, width, { text: palette.dim }));
    }
    if (proven && !controls.othersComplete) lines.push(...wrap('  There are more sets that cost as much.', width));
  } else if (controls.uncut.length === 0) {
    lines.push(...wrap('By what is configured no asset is reached: nothing has to be changed.', width));
  }
  lines.push(...uncutLines(controls, page), ...afterLines(controls, page));
  return lines;
}

function changeLines(change: ControlChange, { width }: Page): string[] {
  return hanging(`  ${change.id}  `, `${changeText(change, true)} (${change.cost})`, width);
}

function changeText({ text, targets }: ControlChange, _whole?: unknown): string {
  const of = /\(.+:\d+\)$/.test(text) ? '' : ` for ${enough(targets.map(shortTarget), 60, 1)}`;
  return escapeForeign(`${text}${of}`);
}

function shortTarget(target: string): string {
  return target.slice(target.indexOf('#') + 1);
}

function uncutLines({ uncut }: Controls, page: Page): string[] {
  return uncut.flatMap(({ asset, steps }) => [
    ...wrap(`No known change cuts off ${escapeForeign(asset.label)}; what is left:`, page.width).map(page.palette.bad),
    ...steps.flatMap((step, i) => stepLines(`${String(i + 1).padStart(2)}. `, step, page)),
  ]);
}

function afterLines({ after, changes }: Controls, page: Page): string[] {
  if (after.length === 0) return [];
  const left = plain({ assets: after }).map(({ asset, cost, certainty }) =>
    cost === null || certainty === null
      ? `${asset.label}: no way`
      : `${asset.label} ${cost}${SURE[certainty] === '' ? '' : ` (${SURE[certainty]})`}`,
  );
  const label = changes.length === 0 ? 'What it would cost: ' : 'What then is left: ';
  return hanging(label, escapeForeign(left.join('; ')), page.width);
}

function whatIfBlock({ whatIf }: PathsDocument, page: Page): string[] {
  if (whatIf === null) return [];
  const lines = wrap(`What if: ${whatIf.changes.map(changeText).join('; ')}`, page.width).map(page.palette.bold);
  const changed = whatIf.rows.filter(({ before, after }) => before !== after);
  lines.push(
    ...wrap(
      `${plural(whatIf.closes, 'step')} gone; ${changed.length} of ${plural(whatIf.rows.length, 'way')} change.`,
      page.width,
    ),
  );
  for (const { entry, asset, before, after } of changed) {
    const text = `${entry.label} to ${asset.label}`;
    lines.push(...apart(`  ${escapeForeign(text)}`, `${before} → ${after ?? 'no way'}`, page.width));
  }
  return lines;
}
