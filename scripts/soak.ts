/**
 * `npm run soak`: proves the examples again and again, then kills the command at random moments, and looks whether anything stays:
 * a process of ours, a mount, a control group, a namespace, a folder. The seed is printed; another run with it kills at the same moments.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [runs = '100', kills = '100', seed = '1'] = process.argv.slice(2);
const COMMAND = ['dist/cofferdam.js', 'check', '--prove', '--format', 'json', 'examples'];

interface World {
  readonly mounts: string;
  readonly groups: ReadonlySet<string>;
  readonly folders: ReadonlySet<string>;
  readonly namespaces: ReadonlySet<string>;
  readonly stubs: ReadonlySet<string>;
}

function world(): World {
  return {
    mounts: readFileSync('/proc/self/mountinfo', 'utf8'),
    groups: new Set(foldersBelow('/sys/fs/cgroup')),
    folders: new Set(readdirSync(tmpdir()).filter((name) => name.startsWith('cofferdam-'))),
    namespaces: new Set(processes().flatMap(namespacesOf)),
    stubs: new Set(processes().filter(isStub)),
  };
}

function foldersBelow(path: string): string[] {
  let names: string[];
  try {
    names = readdirSync(path);
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const below = join(path, name);
    try {
      return statSync(below).isDirectory() ? [below, ...foldersBelow(below)] : [];
    } catch {
      return [];
    }
  });
}

const processes = (): string[] => readdirSync('/proc').filter((name) => /^\d+$/.test(name));

function namespacesOf(pid: string): string[] {
  try {
    return ['mnt', 'net', 'pid', 'user', 'ipc', 'uts'].map((type) => readlinkSync(`/proc/${pid}/ns/${type}`));
  } catch {
    return [];
  }
}

function isStub(pid: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/exe`).subarray(0, 8192).includes('COFFERDAM-STUB');
  } catch {
    return false;
  }
}

/** What is there now and was not before. */
function left(before: World, after: World): string[] {
  const more = (name: string, a: ReadonlySet<string>, b: ReadonlySet<string>) =>
    [...b].filter((one) => !a.has(one)).map((one) => `${name} ${one}`);
  return [
    ...(before.mounts === after.mounts ? [] : ['the mount table differs']),
    ...more('control group', before.groups, after.groups),
    ...more('folder', before.folders, after.folders),
    ...more('namespace', before.namespaces, after.namespaces),
    ...more('stub', before.stubs, after.stubs),
  ];
}

const ended = (child: ChildProcess): Promise<number | null> => new Promise((resolve) => child.once('exit', resolve));
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What takes things away after a kill needs a moment. */
async function settled(before: World): Promise<string[]> {
  let remains: string[] = [];
  for (let i = 0; i < 50; i++) {
    remains = left(before, world());
    if (remains.length === 0) break;
    await pause(100);
  }
  return remains;
}

/** xorshift32: the same moments for the same seed. */
function random(state: { value: number }): number {
  let x = state.value;
  x ^= x << 13;
  x ^= x >>> 17;
  x ^= x << 5;
  state.value = x >>> 0;
  return state.value / 2 ** 32;
}

const start = (): ChildProcess => spawn(process.execPath, COMMAND, { stdio: 'ignore' });
const state = { value: Number(seed) || 1 };
const before = world();
let longest = 0;
let failures = 0;
for (let i = 0; i < Number(runs); i++) {
  const begun = Date.now();
  const code = await ended(start());
  longest = Math.max(longest, Date.now() - begun);
  if (code !== 0) failures++;
}
const afterRuns = await settled(before);
process.stdout.write(`${runs} runs: ${failures} failed, left: ${afterRuns.join(', ') || 'nothing'}\n`);
const remains: string[] = [];
for (let i = 0; i < Number(kills); i++) {
  const child = start();
  const end = ended(child);
  await pause(random(state) * longest);
  child.kill('SIGKILL');
  await end;
  remains.push(...(await settled(before)));
}
process.stdout.write(`${kills} kills (seed ${seed}, within ${longest} ms): left: ${remains.join(', ') || 'nothing'}\n`);
process.exitCode = failures + afterRuns.length + remains.length === 0 ? 0 : 1;
