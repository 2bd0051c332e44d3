import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OciConfig } from '../../runtimes/index.ts';
import { shrink } from './shrink.ts';

const capabilities = ['CAP_KILL', 'CAP_CHOWN', 'CAP_SYS_ADMIN', 'CAP_SETUID', 'CAP_SETGID'];
const WHOLE: OciConfig = {
  hostname: 'a',
  process: { capabilities: { bounding: capabilities, permitted: capabilities }, noNewPrivileges: true },
  mounts: [{ destination: '/proc', type: 'proc' }, { destination: '/sys' }],
};

const says = (...words: readonly string[]) => {
  return async (config: OciConfig) => words.every((word) => JSON.stringify(config).includes(word));
};

test('what is left is what the property needs', async () => {
  const smallest = await shrink(WHOLE, says('SYS_ADMIN', '/sys'), 1000);
  expect(smallest).toEqual({
    process: { capabilities: { permitted: ['CAP_SYS_ADMIN'] } },
    mounts: [{ destination: '/sys' }],
  });
});

test('it stops when it has asked often enough, with the best so far', async () => {
  let asked = 0;
  const holds = async (config: OciConfig) => {
    asked++;
    return says('SYS_ADMIN')(config);
  };
  const smallest = await shrink(WHOLE, holds, 3);
  expect(asked).toBeLessThanOrEqual(3);
  expect(await says('SYS_ADMIN')(smallest)).toBe(true);
});

test('no single part of what comes out can go', async () => {
  const property = fc.asyncProperty(fc.subarray(capabilities, { minLength: 1 }), async (kept) => {
    const smallest = await shrink(WHOLE, says(...kept), 2000);
    for (const word of kept) {
      const without = JSON.stringify(smallest).replaceAll(word, '');
      expect(await says(...kept)(JSON.parse(without))).toBe(false);
    }
    expect(JSON.stringify(smallest)).not.toContain('hostname');
  });
  await fc.assert(property, { numRuns: 20 });
});
