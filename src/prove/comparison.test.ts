import { expect, test } from 'vitest';
import { compileCatalogue, loadConfig, Objects, openSession, type SessionOptions } from '../check/index.ts';
import { finding } from '../check/sample-result.ts';
import { Judgement } from '../model/index.ts';
import type { Missing } from '../runtimes/index.ts';
import { CATALOGUE } from '../vectors/catalogue.generated.ts';
import { Gaps, proofOf } from './comparison.ts';
import type { Observation } from './observation.ts';

const cwd = process.cwd();
const OPTIONS: SessionOptions = {
  ...{ version: '0', cwd, config: loadConfig(undefined, [], cwd), host: undefined, daemon: undefined, environment: {} },
  ...{ engines: [], standards: [], profiles: [], allowOutside: [], stdin: () => Buffer.alloc(0), today: new Date() },
};

const OPEN: Observation = { verdict: 'open', by: null, evidence: ['open() = 3'] };

/** Vectors whose proof is void in a sandbox of a run line that lacks a part. */
async function voided(line: string, missing: Missing): Promise<string[]> {
  const { read, checkOptions } = await openSession([line], OPTIONS);
  const [subject] = read.subjects;
  if (subject === undefined) throw new Error('a run line describes a container');
  const { posture } = await new Objects(checkOptions, []).assemble(subject);
  const catalogue = compileCatalogue(CATALOGUE);
  const gaps = new Gaps(new Judgement(catalogue.graph, posture), [missing]);
  return catalogue.vectors
    .filter(({ vector, routes }) => gaps.of(routes, finding(vector.id)) !== undefined)
    .map(({ vector }) => vector.id);
}

test('a verdict that leans on what the sandbox lacks is not proven there; others are', async () => {
  const missing = { step: 'cgroup-limits', why: 'no control group', facts: ['limit.'] };
  const found = await voided('docker-run:--memory 64m --pids-limit 9 image', missing);
  expect(found).toEqual(expect.arrayContaining(['no-memory-limit', 'no-pids-limit']));
  expect(found).not.toContain('core-pattern-write');
  expect(found.length).toBeLessThan(20);
});

test('what would come out the same without the part is proven all the same', async () => {
  // Without CAP_SYS_MODULE in the bounding set nothing else is asked.
  const missing = { step: 'seccomp', why: 'no filter', facts: ['seccomp'] };
  expect(await voided('docker-run:--cap-drop ALL image', missing)).not.toContain('cap-sys-module');
});

test.for([
  ['blocked', 'open', false],
  ['open', 'open', true],
  ['unknown', 'open', null],
] as const)('predicted %s, proven %s', ([predicted, proven, agrees]) => {
  const proof = proofOf(finding('one', { verdict: predicted }), { ...OPEN, verdict: proven }, undefined);
  expect(proof).toMatchObject({ verdict: proven, agrees, evidence: ['open() = 3'] });
});

test('where the sandbox lacks a part, the evidence is kept and says nothing', () => {
  const gap = { step: 'network', why: 'not attached', facts: ['network.'] };
  expect(proofOf(finding('one'), OPEN, gap)).toMatchObject({
    verdict: 'unknown',
    agrees: null,
    why: 'network: not attached',
    evidence: ['open() = 3'],
  });
});
