/** The lab's study as one page: the matrix, what each mechanism holds, what each runtime costs, what leaks, and on which machine. */
import type { Study } from '../lab/study.ts';
import { ablationPart } from './html/lab-ablation.ts';
import { costPart, tradePart } from './html/lab-cost.ts';
import { labData } from './html/lab-data.ts';
import { exposurePart, sandboxesPart } from './html/lab-sandboxes.ts';
import { leaksPart, neighboursPart } from './html/lab-sharing.ts';
import { html, type Markup } from './html/markup.ts';
import { renderPage } from './html/shell.ts';

export function renderLabHtml(study: Study): Promise<string> {
  const { machine, started, seconds, seed, tool } = study;
  return renderPage({
    title: 'What isolates, and what it costs',
    subtitle: `Run of ${tool.name} ${tool.version} at ${started}, ${Math.round(seconds)} s, seed ${seed}; Linux ${machine.kernel} on ${machine.architecture}`,
    script: 'lab',
    data: labData(study),
    sections: [
      { id: 'sandboxes', title: 'Sandboxes', body: sandboxesPart(study) },
      { id: 'matrix', title: 'Isolation matrix', body: MATRIX },
      { id: 'trade', title: 'Isolation against cost', body: tradePart(study) },
      { id: 'ablation', title: 'Ablation', body: ablationPart(study) },
      { id: 'cost', title: 'Cost', body: costPart(study) },
      { id: 'leaks', title: 'Leaks', body: leaksPart(study) },
      { id: 'neighbours', title: 'Neighbours', body: neighboursPart(study) },
      { id: 'exposure', title: 'Exposure', body: exposurePart(study) },
      { id: 'run', title: 'The run', body: runPart(study) },
    ],
  });
}

const MATRIX = html`<p>A line a vector, a column a sandbox. Hover over a cell, or move to it with the arrow keys, for its evidence; Enter keeps it shown.</p>
<div id="matrix-tools" class="tools"></div>
<p id="matrix-count" role="status"></p>
<div id="matrix-box" class="scroll matrix-box" role="region" aria-label="Isolation matrix" tabindex="0"></div>
<aside id="evidence" aria-live="polite" aria-label="Evidence"></aside>
<noscript><p>The matrix is drawn by a script in this page, which this browser does not run. <code>--format csv</code> has the same.</p></noscript>`;

function runPart({ machine, tool, started, seconds, seed, notes, rows }: Study): Markup {
  const versions = new Map(rows.flatMap(({ runtime, version }) => (version === undefined ? [] : [[runtime, version]])));
  const facts: readonly (readonly [string, string | number])[] = [
    ['Tool', `${tool.name} ${tool.version}`],
    ['Started', started],
    ['Took', `${seconds.toFixed(1)} s`],
    ['Seed', seed],
    ['Kernel', machine.kernel],
    ['Architecture', machine.architecture],
    ['Processor', `${machine.processor}, ${machine.cores} cores`],
    ['Memory', `${machine.memoryMiB} MiB`],
    ['Security modules', machine.securityModules.join(', ')],
    ['Control groups', machine.controlGroups],
    ['User', machine.user],
    ['Node', machine.node],
    ...[...versions].map(([runtime, version]) => [`Version of ${runtime}`, version] as [string, string]),
  ];
  return html`<dl class="facts">${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
<h3>Notes</h3>${notes.length === 0 ? html`<p>None.</p>` : html`<ul>${notes.map((note) => html`<li>${note}</li>`)}</ul>`}`;
}
