import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fuzzSession, fuzzStub } from '../scripts/fuzz-agent.ts';
import { stubCommand } from '../src/agent/fixtures/stub-process.ts';

const required = process.env.COFFERDAM_REQUIRE_RUNTIMES === '1';

/** A short run of scripts/fuzz-agent.ts; docs/fuzzing.md tells of the long one. */
test.for(['x86_64', 'aarch64'] as const)(
  'the stub of %s takes whatever comes',
  { timeout: 120_000 },
  async (machine, { skip }) => {
    const command = stubCommand(machine);
    if (command === undefined && !required) skip(`nothing runs programs of ${machine} here`);
    const taken = fc.asyncProperty(fc.integer(), async (seed) => {
      expect(await fuzzStub(seed, machine, command ?? [])).toBeUndefined();
    });
    await fc.assert(taken, { numRuns: 20, seed: 4, endOnFailure: true });
  },
);

test('the session takes whatever comes', { timeout: 120_000 }, async () => {
  const taken = fc.asyncProperty(fc.integer(), async (seed) => {
    expect((await fuzzSession(seed)).fault).toBeUndefined();
  });
  await fc.assert(taken, { numRuns: 300, seed: 4, endOnFailure: true });
});

test('the harness sees a stub that dies, and one that never ends', { timeout: 60_000 }, async () => {
  expect(await fuzzStub(1, 'x86_64', ['/bin/sh', '-c', 'kill -SEGV $$'])).toBe('died of signal 11');
  expect(await fuzzStub(1, 'x86_64', ['/bin/sh', '-c', 'exit 0'])).toBe('did not greet');
});
