/** Attack paths as one page: the graph to look around in, the least that stops all ways, and the ways step by step. */

import type { ControlChange, PathsDocument, Told } from '../paths/document.ts';
import type { PathsAnswer } from '../paths/index.ts';
import type { System } from '../threats/system.ts';
import { details, table } from './html/lab-words.ts';
import { html, type Markup } from './html/markup.ts';
import { type Drawn, pathsPicture } from './html/paths-picture.ts';
import { causeText, placeText } from './html/paths-words.ts';
import { pictureBox } from './html/picture-box.ts';
import { renderPage } from './html/shell.ts';
import { plural } from './wording.ts';

export function renderPathsHtml(answer: PathsAnswer, system: System): Promise<string> {
  const { document } = answer;
  const { tool, size, entries, assets } = document;
  const drawn = pathsPicture(answer, system);
  return renderPage({
    title: 'Attack paths',
    subtitle: `${tool.name} ${tool.version}: ${plural(size.containers, 'container')}, ${plural(entries.length, 'entry', 'entries')}, ${plural(assets.length, 'asset')}`,
    script: 'graph',
    data: drawn.picture,
    sections: [
      { id: 'picture-section', title: 'The attack graph', body: html`${scope(drawn, document)}${pictureBox()}` },
      { id: 'controls', title: 'The least that stops it', body: controlsPart(answer) },
      { id: 'ways', title: 'Ways', body: waysPart(document) },
      { id: 'reach', title: 'What is reached from where', body: reachPart(document) },
      { id: 'choke-points', title: 'Choke points', body: chokePart(document) },
      ...(document.whatIf === null ? [] : [{ id: 'what-if', title: 'What if', body: whatIfPart(document.whatIf) }]),
      { id: 'remarks', title: 'Remarks', body: remarksPart(document) },
    ],
  });
}

/** What is drawn of the whole, and where the rest is. */
function scope({ states, steps }: Drawn, { size }: PathsDocument): Markup {
  const [otherStates, otherSteps] = [size.states - states, size.steps - steps];
  const rest =
    otherStates + otherSteps === 0
      ? 'That is the whole graph.'
      : html`${plural(otherStates, 'other state')} and ${plural(otherSteps, 'other step')} lie on no configured way to an asset and are not drawn; <code>--format csv</code> has them all.`;
  return html`<p>${plural(states, 'state')} and ${plural(steps, 'step')} on configured ways from an entry to an asset, and on the ways told below. ${rest} A dashed line needs several things at once.</p>`;
}

function stepItem(step: Told): Markup {
  const from = step.from.length === 0 ? 'Anybody' : step.from.map(({ label }) => label).join(' and ');
  const place = placeText(step.place, step.cause);
  const price = step.price.map(({ name, cost }) => `${name.replaceAll('-', ' ')} ${cost}`).join(', ');
  return html`<li><b>${from}</b> leads to <b>${step.to.label}</b>: ${causeText(step.cause)} <span class="faint">(cost ${step.cost}${price === '' ? '' : html`: ${price}`})</span>${
    place === '' ? '' : html`<br><code>${place}</code>`
  }</li>`;
}

function stepList(steps: readonly Told[]): Markup {
  return html`<ol>${steps.map(stepItem)}</ol>`;
}

function controlsPart({ document, changes }: PathsAnswer): Markup {
  const { controls, assets } = document;
  if (controls === null) return html`<p>There is no asset.</p>`;
  const placeOf = ({ id }: ControlChange) => {
    const place = changes.all[Number(id.slice(1)) - 1]?.place;
    return place === undefined ? '' : html`<code>${place.path}:${place.line}</code>`;
  };
  const columns = [
    { name: 'Change' },
    { name: 'What' },
    { name: 'Where' },
    { name: 'For' },
    { name: 'Trouble', number: true },
  ];
  const rowsOf = (all: readonly ControlChange[]) =>
    all.map((change) => [
      change.id,
      change.text,
      placeOf(change),
      html`${change.targets.map((target) => html`<code>${target}</code> `)}`,
      change.cost,
    ]);
  const proof = controls.proven
    ? 'Proven: no cheaper set does.'
    : `Not proven: the search ended at its limit; no set costs less than ${Math.ceil(controls.bound)}.`;
  return html`${
    controls.changes.length === 0
      ? html`<p>${controls.uncut.length === 0 ? 'By what is configured no asset is reached: nothing has to be changed.' : 'No known change cuts off what is reached.'}</p>`
      : html`<p>${plural(controls.changes.length, 'change')} cut every configured way to ${controls.uncut.length === 0 ? plural(assets.length, 'asset') : 'the others'}, for a trouble of ${controls.cost}. ${proof}</p>${table('The least set of changes', columns, rowsOf(controls.changes))}`
  }${controls.others.map((other, i) => details(`As cheap: set ${i + 2}`, table(`Set ${i + 2}`, columns, rowsOf(other))))}${
    controls.othersComplete || !controls.proven ? '' : html`<p>There are more sets that cost as much.</p>`
  }${controls.uncut.map(
    ({ asset, steps }) => html`<h3>No known change cuts off ${asset.label}; what is left</h3>${stepList(steps)}`,
  )}${
    controls.after.length === 0
      ? ''
      : details(
          'What is left afterwards',
          html`${controls.after.map(
            ({ asset, cost, steps }) =>
              html`<h4>${asset.label}: ${cost === null ? 'no way' : `cost ${cost}`}</h4>${steps.length === 0 ? '' : stepList(steps)}`,
          )}`,
        )
  }`;
}

function waysPart({ paths, size }: PathsDocument): Markup {
  if (paths.length === 0)
    return html`<p>No way leads from an entry to an asset: ${plural(size.steps, 'step')} considered, with those that a flaw would open.</p>`;
  return html`${paths.map(({ from, to, rank, cost, certainty, steps }, i) => {
    const which =
      rank === 1 ? 'The cheapest way' : rank === 'configured' ? 'The cheapest configured way' : `Way ${rank}`;
    return html`<h3>${which} from ${from.label} to ${to.label}</h3><p>Cost ${cost}, ${certainty.replace('-', ' ')}. <button type="button" data-way="${i}">Show in the graph</button></p>${stepList(steps)}`;
  })}`;
}

function reachPart({ reach, reachLeftOut }: PathsDocument): Markup {
  return html`${table(
    'What is reached from where',
    [
      { name: 'From' },
      { name: 'Assets, with the least cost' },
      { name: 'Containers entered' },
      { name: 'Credentials read' },
    ],
    reach.map(({ entry, assets, containers, credentials }) => [
      entry.label,
      html`<ul>${assets.map(({ asset, cost, certainty }) => html`<li>${asset.label}: ${cost}${certainty === 'configured' ? '' : ` (${certainty.replace('-', ' ')})`}</li>`)}</ul>`,
      containers.join(', '),
      credentials.join(', '),
    ]),
  )}${reachLeftOut === 0 ? '' : html`<p>${plural(reachLeftOut, 'further entry', 'further entries')} not followed one by one: ask with <code>--from</code>.</p>`}`;
}

function chokePart({ chokePoints }: PathsDocument): Markup {
  const told = chokePoints.filter(({ states, steps }) => states.length + steps.length > 0);
  if (told.length === 0) return html`<p>No single state or step lies on every configured way to an asset.</p>`;
  return html`${told.map(
    ({ from, asset, states, steps }) =>
      html`<h3>Every configured way to ${asset.label}</h3><p>From ${from.map(({ label }) => label).join(', ')}, it passes:</p><ul>${states.map(({ label }) => html`<li>${label}</li>`)}</ul>${steps.length === 0 ? '' : stepList(steps)}`,
  )}`;
}

function whatIfPart({ changes, closes, rows }: NonNullable<PathsDocument['whatIf']>): Markup {
  return html`<p>${changes.map(({ text }) => text).join('; ')}: ${plural(closes, 'step')} gone.</p>${table(
    'What if',
    [{ name: 'From' }, { name: 'To' }, { name: 'Before', number: true }, { name: 'After', number: true }],
    rows.map(({ entry, asset, before, after }) => [entry.label, asset.label, before ?? 'no way', after ?? 'no way']),
  )}`;
}

function remarksPart({ notes, errors, skipped, costs }: PathsDocument): Markup {
  return html`<ul>${notes.map((note) => html`<li>${note}</li>`)}${errors.map(
    ({ path, line, message, hint }) => html`<li><code>${path}:${line ?? 1}</code> ${message} → ${hint}</li>`,
  )}${skipped.map(
    ({ path, what, remedy }) => html`<li>Not read: <code>${path}</code> (${what}): ${remedy}</li>`,
  )}</ul>${details(
    'What steps cost',
    table(
      'Costs',
      [{ name: 'Kind of step' }, { name: 'Cost', number: true }],
      Object.entries(costs).map(([name, cost]) => [name.replaceAll('-', ' '), cost]),
    ),
  )}`;
}
