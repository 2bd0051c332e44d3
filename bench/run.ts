/**
 * `npm run bench`: the figures that the project promises, each as a median of interleaved runs and, where a peer is on the
 * machine, as a ratio in the same run. Writes bench/RESULTS.md.
 */
import { writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { agentFigures } from './agent.ts';
import { embeddedStart } from './embedded.ts';
import { judgePostures, readManifests, scaling } from './in-process.ts';
import { type Figure, median, timeProcess } from './measure.ts';
import { peers } from './peers.ts';
import { proofFigures } from './proof.ts';

const CORPUS = 'test/corpus/awesome-compose';
const COMMAND = 'dist/cofferdam.js';

function start(): Figure {
  const ratios: number[] = [];
  for (let i = 0; i < 21; i++) {
    const own = timeProcess('node', [COMMAND, '--version']).milliseconds;
    const bare = timeProcess('node', ['-e', '0']).milliseconds;
    ratios.push(own / bare);
  }
  return { what: '`cofferdam --version` over `node -e 0`', value: `${median(ratios).toFixed(2)} ×`, target: '≤ 1.5 ×' };
}

function coldCorpus(): Figure[] {
  const runs = Array.from({ length: 9 }, () => timeProcess('node', [COMMAND, 'check', '--format', 'json', CORPUS]));
  return [
    {
      what: 'static check of 39 compose files and 35 Dockerfiles, cold',
      value: `${median(runs.map((run) => run.milliseconds)).toFixed(0)} ms`,
      target: '≤ 400 ms',
    },
    {
      what: 'the same, peak memory',
      value: `${median(runs.map((run) => run.megabytes)).toFixed(0)} MB`,
      target: '≤ 150 MB',
    },
  ];
}

function machine(): string {
  const [cpu] = cpus();
  return `${cpus().length} × ${cpu?.model.trim()}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Linux ${release()}, Node ${process.versions.node}`;
}

function table(figures: readonly Figure[]): string {
  return [
    '| what | measured | target |',
    '|---|---|---|',
    ...figures.map((figure) => `| ${figure.what} | ${figure.value} | ${figure.target} |`),
  ].join('\n');
}

const figures = [
  start(),
  ...coldCorpus(),
  ...(await judgePostures()),
  ...(await readManifests()),
  ...(await scaling()),
  ...(await agentFigures()),
  ...(await embeddedStart()),
  ...(await proofFigures()),
];
const page = `# Results of \`npm run bench\`

Machine: ${machine()}. Date: ${new Date().toISOString().slice(0, 10)}. Medians; the machine is shared, so compare ratios before times.

${table(figures)}

## Beside other tools, same files, same run

${peers(CORPUS)}
`;
writeFileSync('bench/RESULTS.md', page);
process.stdout.write(page);
