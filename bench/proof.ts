/** What a proof costs: every probe in one sandbox, the proof of the examples, the posture of one running process. */

import { viewHost } from '../src/live/host-view.ts';
import { MACHINE, readProcess } from '../src/live/index.ts';
import { proveAll } from '../src/prove/prove.ts';
import { openHost, stageIn } from '../src/prove/stage.ts';
import { DEFAULT_CONFIG } from '../src/runtimes/embedded/default.data.ts';
import { runtimeNamed, type Sandbox } from '../src/runtimes/index.ts';
import { CATALOGUE } from '../src/vectors/catalogue.generated.ts';
import { type Figure, median, timeProcess } from './measure.ts';

const ROUNDS = 15;
const WARM_UP = 5;

const now = (): number => Number(process.hrtime.bigint()) / 1e6;

/** Start and probes of one sandbox, in milliseconds. */
async function probed(runtime: string, host: Sandbox): Promise<{ readonly start: number; readonly probes: number }> {
  const begun = now();
  const sandbox = await runtimeNamed(runtime).start({ config: DEFAULT_CONFIG });
  const ready = now();
  await proveAll(CATALOGUE, stageIn(sandbox, host, DEFAULT_CONFIG));
  const done = now();
  await sandbox.close();
  return { start: ready - begun, probes: done - ready };
}

async function rounds(runtime: string, host: Sandbox): Promise<readonly { start: number; probes: number }[]> {
  const taken = [];
  for (let i = 0; i < WARM_UP + ROUNDS; i++) taken.push(await probed(runtime, host));
  return taken.slice(WARM_UP);
}

async function livePosture(host: Sandbox): Promise<number> {
  const view = viewHost(MACHINE);
  const times: number[] = [];
  for (let i = 0; i < WARM_UP + ROUNDS; i++) {
    const begun = now();
    await readProcess(process.ppid, { host: view, tracer: async () => host.session });
    times.push(now() - begun);
  }
  return median(times.slice(WARM_UP));
}

export async function proofFigures(): Promise<Figure[]> {
  const count = CATALOGUE.filter(({ probe }) => probe !== undefined).length;
  const host = await openHost();
  try {
    const embedded = await rounds('embedded', host);
    const runc = await rounds('runc', host);
    const examples = Array.from({ length: 5 }, () =>
      timeProcess('node', ['dist/cofferdam.js', 'check', '--prove', 'examples']),
    );
    return [
      {
        what: `all ${count} probes in one embedded sandbox`,
        value: `${median(embedded.map(({ probes }) => probes)).toFixed(0)} ms`,
        target: '≤ 100 ms',
      },
      {
        what: 'the same in one runc container, its start included',
        value: `${median(runc.map(({ start, probes }) => start + probes)).toFixed(0)} ms`,
        target: '≤ 250 ms',
      },
      {
        what: '`check --prove` of the examples (10 containers), cold',
        value: `${(median(examples.map(({ milliseconds }) => milliseconds)) / 1000).toFixed(1)} s`,
        target: '≤ 2 s',
      },
      { what: 'live posture of one process', value: `${(await livePosture(host)).toFixed(1)} ms`, target: '≤ 10 ms' },
    ];
  } finally {
    await host.close();
  }
}
