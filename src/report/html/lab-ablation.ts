import type { Ablation, AblationStep, Study } from '../../lab/study.ts';
import { plural } from '../wording.ts';
import { type BarRow, stackedBars } from './chart.ts';
import { details, table, vectorList } from './lab-words.ts';
import { html, type Markup } from './markup.ts';

/** What each mechanism holds by itself: left out of a hardened start, and added to nothing. */
export function ablationPart({ ablation }: Study): Markup {
  if (ablation === null) return html`<p>Not measured in this run.</p>`;
  const { runtime, whole, bare, steps, mechanisms, agreement, others, notes } = ablation;
  const without = steps.filter(({ kind }) => kind === 'without');
  const added = steps.filter(({ kind }) => kind === 'with');
  return html`<p>With ${runtime}. The hardened start leaves ${plural(whole.open, 'vector')} open, ${whole.blocked} blocked; nothing at all leaves ${bare.open} open, ${bare.blocked} blocked.
${agreement.of === 0 ? '' : html`Of ${plural(agreement.of, 'vector')} that the model says one mechanism alone holds, <b>${agreement.agree}</b> opened when exactly that one was left out.`}</p>
<h3>Left out of the hardened start</h3>
${stackedBars(without.map(labelled(without)), 'vectors that opened or closed', 'Vectors that changed when a mechanism was left out')}
<h3>Added to nothing</h3>
${stackedBars(added.map(labelled(added)), 'vectors that opened or closed', 'Vectors that changed when a mechanism was added')}
<ul class="legend"><li><i class="swatch open"></i> opened</li><li><i class="swatch blocked"></i> closed</li></ul>
<h3>Vectors by the mechanism that holds them</h3>
${holding(mechanisms)}
${others.map((other) => html`<h4>Of the start ${other.profile} (${plural(other.whole.open, 'vector')} open, ${other.whole.blocked} blocked)</h4>${holding(other.mechanisms)}`)}
<ul class="legend"><li><i class="swatch blocked"></i> it alone</li><li><i class="swatch shared"></i> with others</li></ul>
${groupsTable(ablation)}
${disagreements(steps)}
${details(
  'Every step with its vectors',
  html`${steps.map((step) => html`<h4>${nameOf(step)}</h4>${step.state === 'failed' ? html`<p>failed${step.why === undefined ? '' : html`: ${step.why}`}</p>` : ''}${changed('Opened', step.opened)}${changed('Closed', step.closed)}${changed('Must open by the model, and the kernel cannot be asked', step.untold)}`)}
<h4>Held by one mechanism alone</h4>${mechanisms.map(({ mechanism, alone }) => changed(mechanism, alone))}`,
)}${notes.map((note) => html`<p>${note}</p>`)}`;
}

function holding(mechanisms: Ablation['mechanisms']): Markup {
  return stackedBars(
    mechanisms.map(({ mechanism, alone, shared }) => ({
      label: mechanism,
      parts: [
        { value: alone.length, class: 'blocked', says: `only ${mechanism} holds: ${alone.join(', ')}` },
        { value: shared.length, class: 'shared', says: `${mechanism} holds with others: ${shared.join(', ')}` },
      ],
    })),
    'vectors',
    'Vectors that a mechanism alone holds, and those that it holds with others',
  );
}

function groupsTable({ groups }: Ablation): Markup | string {
  if (groups.length === 0) return '';
  return html`<h3>Kinds of mechanisms against escalation of privileges</h3>${table(
    'Kinds of mechanisms',
    [
      { name: 'Profile' },
      { name: 'Kind' },
      { name: 'Mechanisms' },
      { name: 'Holds', number: true },
      { name: 'Opens when one is left out', number: true },
      { name: 'Closed by one alone', number: true },
    ],
    groups.map(({ profile, group, mechanisms, holds, opensWithout, closesAlone }) => [
      profile,
      group,
      mechanisms.join(', '),
      holds,
      opensWithout,
      closesAlone,
    ]),
  )}`;
}

function nameOf({ kind, profile, mechanisms }: AblationStep): string {
  return `${profile}, ${kind === 'without' ? 'without' : 'only'} ${mechanisms.join(' and ')}`;
}

/** The profile is part of a row's name where there is more than one. */
function labelled(steps: readonly AblationStep[]): (step: AblationStep) => BarRow {
  const several = new Set(steps.map(({ profile }) => profile)).size > 1;
  return (step) => row(step, `${several ? `${step.profile}: ` : ''}${step.mechanisms.join(' + ')}`);
}

function row(step: AblationStep, label: string): BarRow {
  const { opened, closed, state, why } = step;
  if (state === 'failed') return { label, parts: [], why: `failed: ${why ?? 'no reason given'}` };
  return {
    label,
    parts: [
      { value: opened.length, class: 'open', says: `${nameOf(step)}, ${opened.length} opened: ${opened.join(', ')}` },
      {
        value: closed.length,
        class: 'blocked',
        says: `${nameOf(step)}, ${closed.length} closed: ${closed.join(', ')}`,
      },
    ],
    ...(opened.length + closed.length === 0 && { why: 'nothing changed' }),
  };
}

function changed(what: string, ids: readonly string[]): Markup | string {
  return ids.length === 0 ? '' : html`<p>${what} (${ids.length}):</p>${vectorList(ids)}`;
}

function disagreements(steps: readonly AblationStep[]): Markup {
  const rows = steps.flatMap((step) =>
    step.disagrees.map(({ vector, predicted, proven, why }) => [
      nameOf(step),
      html`<code>${vector}</code>`,
      predicted,
      proven,
      why,
    ]),
  );
  if (rows.length === 0) return html`<p>Nowhere does a proof differ from the prediction.</p>`;
  return html`<h3>Where the proof differs from the prediction</h3>${table(
    'Disagreements',
    [{ name: 'Step' }, { name: 'Vector' }, { name: 'Predicted' }, { name: 'Proven' }, { name: 'Why' }],
    rows,
  )}`;
}
