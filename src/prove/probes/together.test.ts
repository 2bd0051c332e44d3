import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call } from '../../kernel/index.ts';
import { runtimeNamed, type Sandbox } from '../../runtimes/index.ts';
import { attempts } from '../../vectors/probe.ts';
import type { Stage } from '../observation.ts';
import { openHost, stageIn } from '../stage.ts';
import { observe } from './index.ts';
import { keyOf } from './per-stage.ts';
import { foretold } from './together.ts';

const blocked = { EPERM: 'find', ENOSYS: 'find', SIGSYS: 'seccomp' } as const;
const opens = attempts({
  ...{ title: 'opens a socket', effects: ['makes-objects'], open: ['ok'], blocked },
  calls: [call('socket', 1, 2, 0)],
});
const handle = attempts({
  ...{ title: 'opens by a handle of no kind', effects: ['looks'], open: ['EFAULT', 'EINVAL'], blocked },
  calls: [call('getuid'), call('open_by_handle_at', -100, 0, 0)],
});
const changes = [2n, 4n].map((persona) =>
  attempts({
    ...{ title: `takes personality ${persona}`, effects: ['changes-itself'], open: ['ok'], blocked },
    calls: [call('personality', 0xffffffff)],
    needs: persona === 2n ? ['SYS_ADMIN'] : ['SYS_CHROOT'],
  }),
);
const asked = [...changes, opens, handle];

let host: Sandbox;
let sandboxes: Sandbox[];
beforeAll(async () => {
  host = await openHost();
  sandboxes = await Promise.all([1, 2].map(() => runtimeNamed('process').start({})));
});
afterAll(async () => {
  for (const one of [host, ...sandboxes]) await one.close();
});
const stageOf = (which: number, more: Partial<Stage> = {}): Stage => ({
  ...stageIn(sandboxes[which] as Sandbox, host),
  ...more,
});

describe('attempts made in one child', () => {
  test('say what they say alone', async () => {
    for (const probe of asked) {
      const [alone, together] = [await observe(probe, stageOf(0)), await observe(probe, stageOf(1, { asked }))];
      expect(together).toEqual(alone);
    }
  });

  test('are those that leave each other alone, and one at most that changes the process', async () => {
    const told = await foretold(stageOf(1, { asked }));
    expect([opens, handle].map((probe) => told.has(keyOf(probe)))).toEqual([true, true]);
    expect(changes.filter((probe) => told.has(keyOf(probe)))).toHaveLength(1);
  });
});
