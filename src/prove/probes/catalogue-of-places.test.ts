import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_CONFIG } from '../../runtimes/embedded/default.data.ts';
import { embeddedRuntime } from '../../runtimes/embedded/index.ts';
import type { OciConfig, Sandbox } from '../../runtimes/index.ts';
import { CATALOGUE } from '../../vectors/catalogue.generated.ts';
import { openHost, stageIn } from '../stage.ts';
import { observe } from './index.ts';

const FOLDERS = new Set(['mount', 'device-policy', 'cgroup-limit', 'dac', 'namespace-net']);
const asked = CATALOGUE.flatMap(({ id, mechanism, probe }) =>
  probe !== undefined && FOLDERS.has(mechanism) ? [[id, probe] as const] : [],
);

describe.skipIf(process.getuid?.() !== 0)('every question about places', () => {
  let host: Sandbox;
  let inside: Sandbox;

  beforeAll(async () => {
    host = await openHost();
    inside = await embeddedRuntime.start({ config: DEFAULT_CONFIG as OciConfig });
  });

  afterAll(async () => {
    await inside.close();
    await host.close();
  });

  test('there are as many as were promised', () => {
    expect(asked.length).toBeGreaterThanOrEqual(140);
  });

  // What the guard would refuse, or a runner would throw, shows here.
  test.each(asked)('%s has an answer in a container', async (_, probe) => {
    const { verdict, by, evidence, why } = await observe(probe, stageIn(inside, host));
    if (verdict === 'unknown') expect(why).toMatch(/\S/);
    else expect(evidence).not.toEqual([]);
    if (verdict === 'blocked') expect(by).not.toBeNull();
    if (verdict === 'open') expect(by).toBeNull();
  });

  test.each(asked)('%s has an answer outside of all containers', async (_, probe) => {
    const { verdict, by, evidence, why } = await observe(probe, stageIn(host, host));
    if (verdict === 'unknown') expect(why).toMatch(/\S/);
    else expect(evidence).not.toEqual([]);
    if (verdict === 'blocked') expect(by).not.toBeNull();
  });
});
