import type { Leak, Study } from '../../lab/study.ts';
import { intervals, short } from './chart.ts';
import { groupedBy } from './grouping.ts';
import { details, table } from './lab-words.ts';
import { html, type Markup } from './markup.ts';

/** What sandboxes have in common with the host and with each other: what they see of it, and what they take from each other. */

const SEEN: Readonly<Record<Leak['seen'], { readonly letter: string; readonly says: string }>> = {
  same: { letter: 'S', says: "the same as the host's" },
  own: { letter: 'O', says: 'a value of its own' },
  absent: { letter: 'A', says: 'absent' },
  refused: { letter: 'R', says: 'refused' },
  unknown: { letter: '?', says: 'unknown' },
};

export function leaksPart({ leaks }: Study): Markup {
  if (leaks.length === 0) return html`<p>Not measured in this run.</p>`;
  const sandboxOf = ({ runtime, profile }: Leak) => `${runtime}, ${profile}`;
  const sandboxes = [...new Set(leaks.map(sandboxOf))];
  const channels = [...groupedBy(leaks, ({ channel, path }) => `${channel}\0${path}`).values()];
  const seen = [...new Set(leaks.map((leak) => leak.seen))];
  return html`<p>What a sandbox sees of the host. ⇄: a second sandbox sees the same, so two of them can find out that they are neighbours.</p>
<ul class="legend">${seen.map((one) => html`<li><b class="cell seen-${one}">${SEEN[one].letter}</b> ${SEEN[one].says}</li>`)}</ul>
<div class="scroll" tabindex="0" role="region" aria-label="Leaks by channel and sandbox"><table class="grid"><caption>Leaks by channel and sandbox</caption>
<thead><tr><th scope="col">Channel</th>${sandboxes.map((name) => html`<th scope="col" class="turned"><span>${name}</span></th>`)}</tr></thead>
<tbody>${channels.map((own) => {
    const bySandbox = new Map(own.map((leak) => [sandboxOf(leak), leak]));
    return html`<tr><th scope="row">${own[0]?.channel} <code>${own[0]?.path}</code></th>${sandboxes.map((name) => leakCell(bySandbox.get(name)))}</tr>`;
  })}</tbody></table></div>
${details(
  'Evidence',
  table(
    'Every leak with its evidence',
    [
      { name: 'Channel' },
      { name: 'Path' },
      { name: 'Sandbox' },
      { name: 'Seen' },
      { name: 'By two' },
      { name: 'Evidence' },
    ],
    leaks.map((leak) => [
      leak.channel,
      html`<code>${leak.path}</code>`,
      sandboxOf(leak),
      SEEN[leak.seen].says,
      leak.coResident === null ? 'not told' : leak.coResident ? 'the same' : 'different',
      html`${leak.evidence.map((line) => html`<code>${line}</code><br>`)}`,
    ]),
  ),
)}`;
}

function leakCell(leak: Leak | undefined): Markup {
  if (leak === undefined) return html`<td class="cell none"><span aria-label="not asked">·</span></td>`;
  const { letter, says } = SEEN[leak.seen];
  const shared = leak.coResident === true;
  return html`<td class="cell seen-${leak.seen}" title="${says}${shared ? '; the same in a second sandbox' : ''}: ${leak.evidence.join('; ')}">${letter}${shared ? '⇄' : ''}</td>`;
}

export function neighboursPart({ neighbours }: Study): Markup {
  if (neighbours.length === 0) return html`<p>Not measured in this run.</p>`;
  const resources = [...groupedBy(neighbours, ({ resource }) => resource)];
  return html`<p>How much a victim's work suffers beside a neighbour that does bounded work: 1 is no suffering.</p>
<ul class="legend"><li><i class="swatch open"></i> without limits</li><li><i class="swatch blocked"></i> with limits</li></ul>
<div class="plots">${resources.map(([resource, all]) => {
    const plot = intervals(
      [...groupedBy(all, ({ runtime }) => runtime)].map(([runtime, own]) => ({
        label: runtime,
        marks: own
          .filter(({ slowdown }) => slowdown.count > 0)
          .map(({ limited, slowdown, alone, beside, unit }) => ({
            value: slowdown,
            class: limited ? 'limited' : 'unlimited',
            says: `${runtime}, ${limited ? 'with' : 'without'} limits: ${short(slowdown.median)} (${short(slowdown.low)} to ${short(slowdown.high)}); alone ${short(alone.median)} ${unit}, beside ${short(beside.median)} ${unit}`,
          })),
        ...(own[0]?.why !== undefined && { why: own[0].why }),
      })),
      'times as slow',
      false,
      `${resource}: slowdown by runtime`,
    );
    return html`<figure><figcaption>${resource}</figcaption>${plot}</figure>`;
  })}</div>
${details(
  'All figures',
  table(
    'Neighbours',
    [
      { name: 'Resource' },
      { name: 'Runtime' },
      { name: 'Limits' },
      { name: 'Alone', number: true },
      { name: 'Beside', number: true },
      { name: 'Unit' },
      { name: 'Slowdown', number: true },
      { name: '95 % interval' },
      { name: 'Remark' },
    ],
    neighbours.map(({ resource, runtime, limited, alone, beside, unit, slowdown, why }) => [
      resource,
      runtime,
      limited ? 'yes' : 'no',
      short(alone.median),
      short(beside.median),
      unit,
      short(slowdown.median),
      `${short(slowdown.low)} to ${short(slowdown.high)}`,
      why ?? '',
    ]),
  ),
)}`;
}
