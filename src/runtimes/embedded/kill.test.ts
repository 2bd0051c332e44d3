import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MACHINE } from '../../live/index.ts';
import { readHierarchies } from './cgroup.ts';
import { embeddedRuntime, embeddedSteps } from './index.ts';
import { bundled } from './testing/bundle.ts';

const available = (await embeddedRuntime.available()).available;
const PAUSES = [...new Set(embeddedSteps.map(({ name }) => name)), 'ready'];
const AT_A_TIME = 4;

let program: Awaited<ReturnType<typeof bundled>>;
beforeAll(async () => {
  program = await bundled('pausing.ts');
});
afterAll(() => rmSync(program.folder, { recursive: true, force: true }));

/** Starts, waits until the start stands at the step, and kills; gives the process id that was, and where it stood. */
async function killedAt(step: string): Promise<{ readonly pid: number; readonly where: string }> {
  const child = spawn(process.execPath, [program.file, step], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const where = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.once('exit', () => reject(new Error(`it ended by itself: ${said}`)));
  });
  child.removeAllListeners('exit');
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
  return { pid: child.pid ?? 0, where };
}

function stubProcesses(): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/exe`) === program.stub;
    } catch {
      return false;
    }
  });
}

function groupsOf(pids: readonly number[]): string[] {
  return readHierarchies(MACHINE).flatMap(({ own }) =>
    existsSync(own) ? readdirSync(own).filter((name) => pids.some((pid) => name.startsWith(`cofferdam-${pid}-`))) : [],
  );
}

/** Mounts of this namespace that hold the container's own things. */
function mounts(): string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => /stand-in|\/srv |upperdir=\/tmp\/upper/.test(line));
}

async function within<T>(milliseconds: number, look: () => T, settled: (value: T) => boolean): Promise<T> {
  const end = Date.now() + milliseconds;
  for (;;) {
    const value = look();
    if (settled(value) || Date.now() > end) return value;
    await after(20);
  }
}

describe.skipIf(!available)('a start whose process is killed leaves nothing', () => {
  it('at any step', async () => {
    const left = [...PAUSES];
    const reached: string[] = [];
    const pids: number[] = [];
    const work = async (): Promise<void> => {
      for (let step = left.shift(); step !== undefined; step = left.shift()) {
        const { pid, where } = await killedAt(step);
        pids.push(pid);
        reached.push(where);
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, work));
    // Enough stops were real ones: a step without work, such as a label on a kernel that has none, is not stopped at.
    expect(new Set(reached).size).toBeGreaterThan(30);
    const remains = (): { processes: string[]; groups: string[]; mounts: string[] } => ({
      processes: stubProcesses(),
      groups: groupsOf(pids),
      mounts: mounts(),
    });
    const none = { processes: [], groups: [], mounts: [] };
    // The guards of the groups are stubs, too: when they have gone, nobody makes a group any more.
    expect(await within(8000, remains, (one) => Object.values(one).every(({ length }) => length === 0))).toEqual(none);
  }, 180_000);

  it('when it was ready, after an ordinary start', async () => {
    const { pid } = await killedAt('ready');
    await within(8000, stubProcesses, ({ length }) => length === 0);
    expect([stubProcesses(), groupsOf([pid])]).toEqual([[], []]);
  }, 60_000);
});
