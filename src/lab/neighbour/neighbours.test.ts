import { expect, it } from 'vitest';
import { runtimeNamed } from '../../runtimes/index.ts';
import { measureNeighbours } from './neighbours.ts';
import { RESOURCES } from './resources.ts';

it('a neighbour of a plain process is measured at each resource, and what cannot be limited is told', {
  timeout: 60_000,
}, async () => {
  const runtimes = [runtimeNamed('process')];
  const found = await measureNeighbours(
    { runtimes, requestOf: async (_, profile) => ({ profile }) },
    { deadline: Date.now() + 500 },
  );
  expect(found.neighbours.map(({ resource }) => resource)).toEqual(RESOURCES.map(({ name }) => name));
  for (const { limited, alone, beside, slowdown } of found.neighbours) {
    expect(limited).toBe(false);
    expect(alone.median).toBeGreaterThan(0);
    expect(beside.count).toBe(alone.count);
    expect(slowdown.median).toBeGreaterThan(0);
  }
  // Fifty sockets that a neighbour holds show in the count of the one kernel.
  const files = found.neighbours.find(({ resource }) => resource === 'open-files counted');
  expect(files?.beside.median ?? 0).toBeGreaterThan(files?.alone.median ?? 0);
  expect(found.notes).toEqual([expect.stringContaining('process, limited')]);
});
