import { describe, expect, it } from 'vitest';
import { type Runtime, runtimeNamed } from '../../runtimes/index.ts';
import type { Price } from '../study.ts';
import { processesNow, processesOf } from './footprint.ts';
import { prepared } from './machine-code.ts';
import { map, OPERATIONS } from './operations.ts';
import { measurePrices } from './prices.ts';
import { succeeded } from './timing.ts';

const CONFIG = {
  process: { cwd: '/', args: ['/stub'] },
  mounts: [{ destination: '/proc', type: 'proc', source: 'proc' }],
  linux: { namespaces: ['pid', 'mount', 'ipc'].map((type) => ({ type })) },
};

async function pricesOf(
  runtimes: readonly Runtime[],
  seconds: number,
): Promise<(runtime: string, operation: string) => Price | undefined> {
  const prices = await measurePrices(runtimes, {
    requestOf: async (runtime, profile) => (runtime.takesConfig ? { config: CONFIG } : { profile }),
    deadline: Date.now() + seconds * 1000,
    seed: 1,
    progress: () => undefined,
  });
  return (runtime, operation) => prices.find((one) => one.runtime === runtime && one.operation === operation);
}

const available = async (name: string): Promise<boolean> => (await runtimeNamed(name).available()).available;
const hasContainers = await available('embedded');
const hasGvisor = await available('runsc');

describe.skipIf(!hasContainers)('prices', () => {
  it('has one of each operation for each runtime, and nothing that was started is left', {
    timeout: 60_000,
  }, async () => {
    const before = processesNow();
    const price = await pricesOf([runtimeNamed('process'), runtimeNamed('embedded')], 1.5);
    for (const runtime of ['process', 'embedded']) {
      for (const operation of ['start', 'memory', 'density', ...OPERATIONS.map(({ name }) => name)]) {
        expect(
          price(runtime, operation)?.value,
          `${runtime} ${operation}: ${price(runtime, operation)?.why}`,
        ).not.toBeNull();
      }
    }
    // An exec costs more than a call that does nothing, whatever else the machine does.
    const [call, exec] = [
      price('process', 'getpid')?.value?.median ?? 0,
      price('process', 'fork-exec')?.value?.median ?? 0,
    ];
    expect(exec * 1000).toBeGreaterThan(call);
    // The nursery of the embedded runtime stays; its children, and the plain processes, do not.
    expect(processesOf({ pid: undefined }, before).length).toBeLessThanOrEqual(1);
  });

  it.skipIf(!hasGvisor)('a call costs more in a user-space kernel', { timeout: 60_000 }, async () => {
    const price = await pricesOf([runtimeNamed('process'), runtimeNamed('runsc')], 4);
    const [host, inside] = ['process', 'runsc'].map((runtime) => price(runtime, 'getpid')?.value?.median ?? 0);
    expect(inside).toBeGreaterThan(2 * (host ?? 0));
  });
});

it('a runtime that cannot run has no prices, and says why', async () => {
  const absent: Runtime = {
    ...runtimeNamed('process'),
    name: 'absent',
    available: async () => ({ available: false, why: 'it is not installed', enable: 'install it' }),
  };
  const broken: Runtime = {
    ...runtimeNamed('process'),
    name: 'broken',
    start: async () => {
      throw new Error('no such luck');
    },
  };
  const price = await pricesOf([absent, broken], 0.2);
  expect(price('absent', 'getpid')).toMatchObject({ value: null, why: 'it is not installed' });
  expect(price('broken', 'start')).toMatchObject({ value: null, why: 'no such luck' });
  expect(price('broken', 'getpid')).toMatchObject({ value: null, why: 'no such luck' });
});

it('instructions run in the process, and write where they are told', async () => {
  const { session, close } = await runtimeNamed('process').start({});
  try {
    const end = await session.child(async (child) => {
      const from = succeeded(await child.call(map(4096))).value;
      const { run } = await prepared(child, { kind: 'touch', from: from + 1, times: 3, stride: 2 });
      succeeded(await child.call(run));
      const file = succeeded(await child.call({ name: 'memfd_create', args: ['seen', 0] })).value;
      const [, read] = await child.batch([
        { name: 'write', args: [file, from, 8] },
        { name: 'pread64', args: [file, { kind: 'out', size: 8 }, 8, 0] },
      ]);
      return [...succeeded(read).bytes(1)];
    });
    // aarch64 writes the zero that is there already: what counts there is that the process lives on.
    const written = process.arch === 'x64' ? 1 : 0;
    expect(end).toEqual({ kind: 'returned', value: [0, written, 0, written, 0, written, 0, 0] });
  } finally {
    await close();
  }
});
