import { spawn } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MACHINE } from '../../live/index.ts';
import { readHierarchies } from './cgroup.ts';
import { embeddedRuntime } from './index.ts';

const CONFIG = { process: { args: ['/stub'] }, linux: { resources: { memory: { limit: 64 << 20 } } } };

function groups(): string[] {
  return readHierarchies(MACHINE).flatMap(({ own }) =>
    existsSync(own)
      ? readdirSync(own)
          .filter((name) => name.startsWith(`cofferdam-${process.pid}-`))
          .map((name) => join(own, name))
      : [],
  );
}

const isRoot = process.getuid?.() === 0 && (await embeddedRuntime.available()).available;

// A busy machine takes its time to let the last process of a group go.
test.skipIf(!isRoot)(
  'a group that is busy when the sandbox is closed is taken away later',
  { timeout: 30_000 },
  async () => {
    const before = new Set(groups());
    const sandbox = await embeddedRuntime.start({ config: CONFIG });
    const own = groups().filter((group) => !before.has(group));
    expect(own).not.toEqual([]);
    const sleeper = spawn('sleep', ['60'], { stdio: 'ignore' });
    const ended = new Promise((resolve) => sleeper.once('exit', resolve));
    try {
      for (const group of own) writeFileSync(join(group, 'cgroup.procs'), String(sleeper.pid));
      await sandbox.close();
      expect(groups().filter((group) => own.includes(group))).toEqual(own);
    } finally {
      sleeper.kill('SIGKILL');
      await ended;
    }
    await expect.poll(() => groups().filter((group) => own.includes(group)), { timeout: 10_000 }).toEqual([]);
  },
);
