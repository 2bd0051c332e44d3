import type { Study, StudyRow } from '../../lab/study.ts';
import { plural } from '../wording.ts';
import { KINDS, table } from './lab-words.ts';
import { html, type Markup } from './markup.ts';

const STATES: Readonly<Record<StudyRow['state'], string>> = {
  measured: 'measured',
  unavailable: 'not available here',
  inexpressible: 'cannot say this profile',
  failed: 'failed',
  skipped: 'skipped',
};

/** Every runtime under every profile, measured or with the reason why not. */
export function sandboxesPart({ rows }: Study): Markup {
  const measured = rows.filter(({ state }) => state === 'measured').length;
  const most = Math.max(1, ...rows.map(({ reach }) => (reach ? reach.open + reach.blocked + reach.unknown : 0)));
  const columns = [
    { name: 'Runtime' },
    { name: 'Profile' },
    { name: 'Vectors: open, blocked, unknown' },
    { name: 'Kept from the host by' },
    { name: 'Host calls at start', number: true },
    { name: 'at work', number: true },
    { name: 'Version' },
    { name: 'Seconds', number: true },
  ];
  return html`<p>${plural(rows.length, 'row')}, of which ${measured} measured. Fewer open vectors mean more isolation; host calls are those that the sandbox's own machinery makes for it.</p>
${table(
  'Sandboxes',
  columns,
  rows.map((row) => [
    html`<b>${row.runtime}</b>`,
    html`<span title="${row.title}">${row.profile}</span>`,
    row.state === 'measured' ? reachBar(row, most) : absence(row),
    KINDS[row.kind],
    exposed(row, 'start'),
    exposed(row, 'work'),
    row.version ?? '',
    row.seconds === undefined ? '' : row.seconds.toFixed(1),
  ]),
)}`;
}

function absence({ state, why, enable }: StudyRow): Markup {
  return html`<span class="state-${state}">${STATES[state]}</span>${why === undefined ? '' : html`: ${why}`}${
    enable === undefined ? '' : html`<br>to have it: <code>${enable}</code>`
  }`;
}

function exposed({ exposure = [] }: StudyRow, during: 'start' | 'work'): string {
  const part = exposure.find((one) => one.during === during);
  return part === undefined ? '' : String(part.calls.length);
}

const WIDTH = 170;

function reachBar({ reach }: StudyRow, most: number): Markup | string {
  if (reach === undefined) return '';
  let x = 0;
  const parts = (['open', 'blocked', 'unknown'] as const).map((verdict) => {
    const width = (reach[verdict] / most) * WIDTH;
    const bar = html`<rect class="fill-${verdict}" x="${x.toFixed(1)}" y="0" width="${width.toFixed(1)}" height="12"/>`;
    x += width;
    return bar;
  });
  return html`<span class="reach"><svg width="${WIDTH}" height="12" viewBox="0 0 ${WIDTH} 12" aria-hidden="true">${parts}</svg> <b>${reach.open}</b> · ${reach.blocked} · ${reach.unknown}</span>`;
}

/** Which calls, for those rows where a tracer listened. */
export function exposurePart({ rows }: Study): Markup {
  const traced = rows.filter(({ exposure }) => exposure !== undefined && exposure.length > 0);
  if (traced.length === 0) return html`<p>Not measured: no tracer ran.</p>`;
  return html`<p>Distinct host system calls that the machinery of a sandbox makes for it, with the kinds of objects.</p>${traced.map(
    (row) =>
      html`<details><summary>${row.runtime}, ${row.profile}: ${(row.exposure ?? []).map(({ calls, during }) => `${plural(calls.length, 'call')} ${during === 'start' ? 'at start' : 'at work'}`).join(', ')}</summary>${(
        row.exposure ?? []
      ).map(({ calls, during }) =>
        table(
          during === 'start' ? 'While it started' : "While the probes' work ran",
          [{ name: 'Call' }, { name: 'Times', number: true }, { name: 'Objects' }],
          calls.map(({ name, count, objects }) => [html`<code>${name}</code>`, count, objects.join(', ')]),
        ),
      )}</details>`,
  )}`;
}
