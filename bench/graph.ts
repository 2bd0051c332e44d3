/**
 * What the attack graph's engine costs at each size, every size in a process of its own (memory): `tsx bench/graph.ts [containers…]`.
 * Processor time beside the wall clock, because on a shared machine only the former says something. The fit is the exponent of the
 * straight line through the logarithms of time and size: 1 is linear.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { cheapest, cheapestControls, cheapestDerivations, chokePoints, reach } from '../src/graph/index.ts';
import { clusterOf, controlsOf } from './graph-generator.ts';
import { type Figure, median } from './measure.ts';

const SIZES = [1000, 10_000, 100_000, 1_000_000];
const FOR_CONTROLS = 10_000;
const ROUNDS = 5;
const SELF = fileURLToPath(import.meta.url);

interface Time {
  readonly wall: number;
  readonly processor: number;
}

interface Sized {
  readonly containers: number;
  readonly states: number;
  readonly steps: number;
  readonly megabytes: number;
  readonly times: Readonly<Record<string, Time>>;
  readonly controls?: string;
}

async function timed<T>(work: () => T | Promise<T>): Promise<{ readonly time: Time; readonly answer: T }> {
  const before = process.cpuUsage();
  const started = performance.now();
  const answer = await work();
  const wall = performance.now() - started;
  const { user, system } = process.cpuUsage(before);
  return { time: { wall, processor: (user + system) / 1000 }, answer };
}

async function often(work: () => unknown): Promise<Time> {
  const times: Time[] = [];
  for (let i = 0; i < ROUNDS; i++) times.push((await timed(work)).time);
  return { wall: median(times.map(({ wall }) => wall)), processor: median(times.map(({ processor }) => processor)) };
}

async function measure(containers: number): Promise<Sized> {
  const { time: build, answer: cluster } = await timed(() => clusterOf(containers));
  const { graph, target } = cluster;
  const times: Record<string, Time> = {
    build,
    reach: await often(() => reach(graph, cluster)),
    cheapest: await often(() => cheapest(graph, cluster)),
  };
  const base = cheapest(graph, cluster);
  times['ten cheapest, after that'] = await often(() => cheapestDerivations(graph, cluster, target, 10, { base }));
  times['choke points'] = (await timed(() => chokePoints(graph, cluster, target))).time;
  const sized = {
    containers,
    states: graph.states,
    steps: graph.steps,
    megabytes: process.resourceUsage().maxRSS / 1024,
  };
  if (containers !== FOR_CONTROLS) return { ...sized, times };
  const controls = controlsOf(cluster);
  const { time, answer } = await timed(() => cheapestControls(graph, cluster, [target], controls));
  times['cheapest controls'] = time;
  const proof = answer.proven ? 'proven' : `not proven, no less than ${answer.bound}`;
  const more = `${answer.others.length} others${answer.othersComplete ? '' : ' at least'}`;
  const told = `${answer.controls.length} of ${controls.length} controls, cost ${answer.cost}, ${proof}, ${more}`;
  return { ...sized, times, controls: answer.uncut.length > 0 ? 'the target has a way without control' : told };
}

/** The slope of the least-squares line through the logarithms. */
function exponent(points: readonly (readonly [number, number])[]): number {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const);
  const mean = (i: 0 | 1): number => logs.reduce((sum, point) => sum + point[i], 0) / logs.length;
  const [x, y] = [mean(0), mean(1)];
  const above = logs.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0);
  return above / logs.reduce((sum, [a]) => sum + (a - x) ** 2, 0);
}

const inProcess = (containers: number): Sized => {
  const run = spawnSync(process.execPath, ['--import', 'tsx', SELF, 'measure', String(containers)], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (run.status !== 0) throw new Error(`the measurement of ${containers} containers failed: ${run.stderr}`);
  return JSON.parse(run.stdout) as Sized;
};

const shown = ({ wall, processor }: Time): string => `${processor.toFixed(0)} ms of processor, ${wall.toFixed(0)} ms`;

const TARGETS: Readonly<Record<string, string>> = { build: '≤ 10 s', reach: '≤ 1 s', cheapest: '≤ 1 s' };

export function graphFigures(sizes: readonly number[] = SIZES): Figure[] {
  const runs = sizes.map(inProcess);
  const figures = runs.flatMap(({ containers, states, steps, megabytes, times, controls }): Figure[] => {
    const largest = containers === SIZES.at(-1);
    const size = `graph of ${containers} containers`;
    return [
      { what: `${size}: states, steps`, value: `${states}, ${steps}`, target: '' },
      { what: `${size}: memory`, value: `${megabytes.toFixed(0)} MB`, target: largest ? '≤ 4 GB' : '' },
      ...Object.entries(times).map(([name, time]) => ({
        what: `${size}: ${name}`,
        value: shown(time),
        target: name === 'cheapest controls' ? '≤ 10 s' : largest ? (TARGETS[name] ?? '') : '',
      })),
      ...(controls === undefined
        ? []
        : [{ what: `${size}: the answer`, value: controls, target: 'proven or with its gap' }]),
    ];
  });
  if (runs.length < 2) return figures;
  const fits = Object.keys(TARGETS).map((name) => ({
    what: `graph: ${name}, exponent of processor time over steps`,
    value: exponent(runs.map(({ steps, times }) => [steps, (times[name] as Time).processor])).toFixed(2),
    target: 'about 1',
  }));
  return [...figures, ...fits];
}

if (process.argv[1] === SELF) {
  const [first, size] = process.argv.slice(2);
  const wanted = process.argv.slice(2).map(Number);
  if (first === 'measure') process.stdout.write(JSON.stringify(await measure(Number(size))));
  else {
    for (const { what, value, target } of graphFigures(wanted.length > 0 ? wanted : SIZES)) {
      process.stdout.write(`${what}: ${value}${target === '' ? '' : ` (${target})`}\n`);
    }
  }
}
