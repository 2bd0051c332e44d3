/** How long the embedded runtime takes until a container is ready, and how much longer runc does with the same configuration. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stubPath } from '../src/agent/index.ts';
import { DEFAULT_CONFIG } from '../src/runtimes/embedded/default.data.ts';
import { embeddedRuntime } from '../src/runtimes/embedded/index.ts';
import { rootFolder, STUB_INSIDE } from '../src/runtimes/root-folder.ts';
import type { OciConfig } from '../src/runtimes/types.ts';
import { type Figure, median } from './measure.ts';

const ROUNDS = 41;
const WARM_UP = 60;

/** Milliseconds from the request to a session whose container is furnished, the spawn of the process included. */
async function ready(config: OciConfig): Promise<number> {
  const started = process.hrtime.bigint();
  const sandbox = await embeddedRuntime.start({ config });
  const taken = Number(process.hrtime.bigint() - started) / 1e6;
  await sandbox.close();
  return taken;
}

/** The whole of `runc run`, of a program that ends at once: the stub, whose input is empty. */
function runc(bundle: string, i: number): number | undefined {
  const started = process.hrtime.bigint();
  const run = spawnSync('runc', ['run', '--bundle', bundle, `cofferdam-bench-${process.pid}-${i}`], { input: '' });
  return run.status === 0 ? Number(process.hrtime.bigint() - started) / 1e6 : undefined;
}

/** Limits of control groups: the move into them waits for a grace period of the kernel, here as in runc. */
const LIMITED: OciConfig = {
  ...DEFAULT_CONFIG,
  linux: { ...(DEFAULT_CONFIG.linux as object), resources: { pids: { limit: 100 }, memory: { limit: 268_435_456 } } },
};

/** Rounds of both, in turn. */
async function compared(config: OciConfig): Promise<{ readonly own: number; readonly ratio: number | undefined }> {
  const bundle = mkdtempSync(join(tmpdir(), 'cofferdam-bench-'));
  try {
    rootFolder(join(bundle, 'rootfs'), stubPath());
    const { process: section, root } = config as { process: object; root: object };
    const performed = { ...config, process: { ...section, args: [STUB_INSIDE] }, root: { ...root, path: 'rootfs' } };
    writeFileSync(join(bundle, 'config.json'), JSON.stringify(performed));
    for (let i = 0; i < WARM_UP; i++) await ready(config);
    const own: number[] = [];
    const other: number[] = [];
    for (let i = 0; i < ROUNDS; i++) {
      own.push(await ready(config));
      const taken = runc(bundle, i);
      if (taken !== undefined) other.push(taken);
    }
    return { own: median(own), ratio: other.length === ROUNDS ? median(other) / median(own) : undefined };
  } finally {
    rmSync(bundle, { recursive: true, force: true });
  }
}

export async function embeddedStart(): Promise<Figure[]> {
  if (!(await embeddedRuntime.available()).available) return [];
  const plain = await compared(DEFAULT_CONFIG);
  const limited = await compared(LIMITED);
  const times = (ratio: number | undefined): string => (ratio === undefined ? 'no runc here' : `${ratio.toFixed(1)} ×`);
  return [
    { what: 'embedded container ready, spawn included', value: `${plain.own.toFixed(2)} ms`, target: '≤ 3 ms' },
    { what: '`runc run` of the same configuration over it', value: times(plain.ratio), target: '≥ 7 ×' },
    { what: 'the same with limits of control groups', value: `${limited.own.toFixed(2)} ms`, target: '' },
    { what: '`runc run` over that', value: times(limited.ratio), target: '' },
  ];
}
