import { beforeAll, describe, expect, it } from 'vitest';
import { assembled, shippedJudge } from './fixtures/judging.ts';
import { historyOf, type StepClass } from './history.ts';
import type { PastJudge } from './judge.ts';

let judge: PastJudge;
beforeAll(async () => {
  judge = await shippedJudge();
});

const history = async (line: string, step: StepClass, host?: Parameters<typeof assembled>[1]) =>
  historyOf(judge, await assembled(line, host), step);

describe('the price of a step, from history', () => {
  it('is lower the more of the kernel is within reach', async () => {
    const [privileged, usual, machine] = await Promise.all(
      ['run --privileged debian', 'run debian', 'run --runtime kata debian'].map((line) => history(line, 'kernel-bug')),
    );
    expect(privileged?.open).toBeGreaterThan(2 * (usual?.open ?? 0));
    expect(usual?.open).toBeGreaterThan(10 * (machine?.open ?? 0));
  });

  it('is counted a year, over the years of the records', async () => {
    const { open, years, perYear } = await history('run debian', 'kernel-bug');
    expect(years).toBe(2026 - 2013 + 1);
    expect(perYear).toBeCloseTo(open / years);
  });

  it('does not ask which release is in use: the flaws to come are not mended yet', async () => {
    const mended = { host: { 'host.kernel': '6.18.0' } };
    expect((await history('run debian', 'kernel-bug', mended)).open).toBeGreaterThan(40);
  });

  it('counts what leads out of the container only', async () => {
    const { open } = await history('run debian', 'runtime-bug');
    const { families } = judge.judge({ kind: 'workload' }, await assembled('run debian')) ?? { families: [] };
    // CVE-2022-29162 and its like stay inside.
    expect(open).toBeLessThan(families.find((one) => one.family === 'runtime')?.open ?? 0);
    expect(open).toBeGreaterThan(0);
  });

  it.each<[StepClass, string, boolean]>([
    ['hypervisor-bug', 'run debian', false],
    ['hypervisor-bug', 'run --runtime kata debian', true],
    ['hypervisor-bug', 'run --runtime runsc debian', true],
    ['runtime-bug', 'run --runtime kata debian', false],
    ['engine-bug', 'run debian', true],
    ['orchestrator-bug', 'run debian', false],
  ])('%s on `%s`: %s', async (step, line, some) => {
    expect((await history(line, step)).open > 0).toBe(some);
  });
});
