import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bareSession } from '../../check/testing/session.ts';
import { MACHINE, observeHost } from '../../live/index.ts';
import { CofferdamError } from '../../posture/index.ts';
import { usualConfig } from '../../prove/index.ts';
import { runtimeNamed } from '../../runtimes/index.ts';
import { PROFILES } from '../../runtimes/profiles.data.ts';
import { hereOf } from '../agreement/here.ts';
import type { AblationStep } from '../study.ts';
import { Bench } from './bench.ts';
import type { Ends, Tried } from './ends.ts';
import { groupsOf, holdingOf } from './holding.ts';
import { wholeOf } from './mechanisms.ts';
import { plan } from './plan.ts';
import { Start } from './start.ts';
import { outOfReach, stepOf } from './step.ts';

const OPTIONS = bareSession();

const runtime = runtimeNamed('embedded');
const isRoot = process.getuid?.() === 0 && (await runtime.available()).available;

describe.skipIf(!isRoot)('a hardened container taken apart', () => {
  let bench: Bench;
  let ends: Ends;

  beforeAll(async () => {
    bench = await Bench.open(OPTIONS, runtime);
    const profile = PROFILES.find(({ name }) => name === 'hardened');
    const config = await usualConfig({ ...OPTIONS, observed: observeHost() }, profile);
    const start = new Start('hardened', config, hereOf(MACHINE, process.arch === 'arm64' ? 'aarch64' : 'x86_64'));
    const [whole, nothing] = [await tried(start.without([])), await tried(start.withAlone([]))];
    ends = { start, whole, nothing };
  }, 120_000);

  afterAll(() => bench?.close());

  async function tried(config: Tried['config']): Promise<Tried> {
    let proven: Tried['proven'] = new Map();
    await bench.tryEach(
      [{ config }],
      () => false,
      (_, result) => {
        if (result instanceof CofferdamError) throw result;
        proven = result;
      },
    );
    return { config, proven, predicted: await bench.predict(config) };
  }

  async function taken(kind: AblationStep['kind'], name: 'seccomp' | 'namespace-uts'): Promise<AblationStep> {
    const one = plan([ends]).find(
      (step) => step.kind === kind && step.mechanisms.length === 1 && step.mechanisms[0]?.name === name,
    );
    if (one === undefined) throw new Error(`${name} is no step`);
    return stepOf(one, (await tried(one.config)).proven, ends, bench);
  }

  test('without its filter only calls open, all that depth says', { timeout: 60_000 }, async () => {
    const step = await taken('without', 'seccomp');
    expect(step).toMatchObject({ state: 'measured', closed: [], disagrees: [] });
    expect(step.opened).toContain('keyring-syscalls-allowed');
    expect(step.opened.filter((vector) => !step.agrees.includes(vector))).toEqual([]);
  });

  test('a filter alone closes calls of one that has nothing', { timeout: 60_000 }, async () => {
    const step = await taken('with', 'seccomp');
    expect(step).toMatchObject({ state: 'measured', opened: [], disagrees: [] });
    expect(step.closed.length).toBeGreaterThan(20);
  });

  test('leaving out nothing opens and closes nothing', { timeout: 60_000 }, async () => {
    const { start } = ends;
    const same = { kind: 'without' as const, start, mechanisms: [], config: start.without([]) };
    const step = await stepOf(same, (await tried(same.config)).proven, ends, bench);
    expect(step).toMatchObject({ opened: [], closed: [], agrees: [], disagrees: [] });
  });

  test('a configuration that is refused is a step that says so', async () => {
    const [one] = plan([ends]);
    if (one === undefined) throw new Error('there are steps');
    const step = await stepOf(one, new CofferdamError('sandbox', 'no room', 'make some'), ends, bench);
    expect(step).toMatchObject({ state: 'failed', why: 'no room', opened: [] });
  });

  test('each mechanism is planned alone both ways before any pair, and a pair only where it tells more', () => {
    const steps = plan([ends]);
    const firstPair = steps.findIndex(({ mechanisms }) => mechanisms.length === 2);
    const alone = steps.slice(0, firstPair);
    const names = (kind: string) => alone.filter((step) => step.kind === kind).map((step) => step.mechanisms[0]?.name);
    expect(names('without')).toEqual(names('with'));
    expect(names('without')).toContain('capability');
    const added = steps.filter((step) => step.kind === 'with' && step.mechanisms.length === 2);
    expect(added.map(({ mechanisms }) => mechanisms.map(({ name }) => name))).toContainEqual(['capability', 'seccomp']);
    expect(added.map(({ mechanisms }) => mechanisms.map(({ name }) => name))).not.toContainEqual([
      'namespace-pid',
      'namespace-net',
    ]);
  });

  test('what no configuration leaves out is told with its reason', () => {
    const steps = outOfReach(ends);
    expect(steps.find(({ mechanisms }) => mechanisms[0] === 'kernel')).toMatchObject({ state: 'failed', agrees: [] });
    if (!ends.start.has(wholeOf('lsm') as NonNullable<ReturnType<typeof wholeOf>>))
      expect(steps.find(({ mechanisms }) => mechanisms[0] === 'lsm')?.why).toMatch(/no security module/);
  });

  test('a vector is held alone or shared, never both', () => {
    for (const { alone, shared } of holdingOf(ends.whole)) {
      expect(alone.filter((vector) => shared.includes(vector))).toEqual([]);
    }
  });
});

describe('groups of mechanisms', () => {
  const judged = (goal: string, ...heldBy: string[][]) => ({ vector: { goal }, heldBy, verdict: 'blocked' });
  const predicted = new Map([
    ['call', judged('host-kernel', ['seccomp'])],
    ['both', judged('host-root', ['capability', 'namespace-pid'])],
    ['leak', judged('information', ['seccomp'])],
  ]) as unknown as Tried['predicted'];
  const step = (kind: 'with' | 'without', mechanism: string, opened: string[], closed: string[]): AblationStep => ({
    ...{ kind, profile: 'p', mechanisms: [mechanism], opened, closed, agrees: [], disagrees: [], untold: [] },
    state: 'measured',
  });

  test('count vectors of escalation, each once', () => {
    const steps = [
      step('without', 'seccomp', ['call', 'leak'], []),
      step('with', 'capability', [], ['both', 'call']),
      step('with', 'seccomp', [], ['call', 'leak']),
      step('with', 'namespace-pid', [], ['both']),
    ];
    const [privileges, spaces] = groupsOf('p', predicted, steps);
    expect(privileges).toMatchObject({ holds: 2, opensWithout: 1, closesAlone: 2 });
    expect(spaces).toMatchObject({ holds: 1, opensWithout: 0, closesAlone: 1 });
  });
});
