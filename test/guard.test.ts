import { type ChildProcess, spawnSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStub, startStub } from '../src/agent/fixtures/stub-process.ts';
import { Session, stubPath } from '../src/agent/index.ts';
import { MACHINE } from '../src/live/index.ts';
import { proveAll } from '../src/prove/prove.ts';
import { CATALOGUE } from '../src/vectors/catalogue.generated.ts';
import { violations } from './trace.ts';

/*
 * Every probe, carried out as root on this machine itself and not in any sandbox, under strace: nothing may change. The trace is judged
 * by rules of its own (trace.ts), which know nothing of the guard, and what can be looked at is looked at before and after.
 */

const reason = ((): string | undefined => {
  if (process.getuid?.() !== 0) return 'needs root';
  return spawnSync('strace', ['-V']).status === 0 ? undefined : 'needs strace';
})();
const required = process.env.COFFERDAM_REQUIRE_RUNTIMES === '1';
const TIMEOUT_MS = 120_000;
/** Tests beside this one mount and make groups, too: long enough for one of them to be done. */
const [ATTEMPTS, PAUSE_MS] = [15, 4000];

test('no probe changes the machine that it runs on', { timeout: 4 * TIMEOUT_MS }, async ({ skip }) => {
  if (reason !== undefined && !required) skip(reason);
  expect(reason).toBeUndefined();
  const probed = CATALOGUE.filter((vector) => vector.probe !== undefined);
  expect(probed.length).toBeGreaterThan(0);
  let differences: readonly string[] = [];
  // Others work on this machine too: what they change once is not there again, what a probe changes is.
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    const before = machineState();
    const trace = await traced(async (session, pid) => {
      const host = await openStub(undefined, TIMEOUT_MS);
      const observations = await proveAll(probed, { sandbox: session, pid, host: host.session, files: MACHINE });
      host.session.end();
      expect([...observations].filter(([, { why }]) => why?.includes('was not made') === true)).toEqual([]);
      expect(observations.size).toBe(probed.length);
    });
    expect(violations(trace)).toEqual([]);
    differences = changes(before, machineState());
    if (differences.length === 0) return;
  }
  expect(differences).toEqual([]);
});

test('the judge of traces sees what is forbidden', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'guard-test-'));
  const forbidden = `${folder}/made`;
  const lines = [
    `7 openat(AT_FDCWD, "${forbidden}", O_WRONLY|O_CREAT, 0600) = 3`,
    '7 mount("none", "/mnt", "tmpfs", 0, NULL) = 0',
    '7 kill(1, SIGTERM) = 0',
    '7 sethostname("x", 1) = 0',
    '7 write(5</proc/sys/kernel/hostname>, "x", 1) = 1',
    '7 settimeofday({tv_sec=1, tv_usec=0}, NULL) = 0',
    '7 unlink("/etc/passwd") = 0',
  ];
  expect(violations(lines.join('\n'))).toEqual(lines);
  const fine = [
    '7 clone(child_stack=NULL, flags=CLONE_NEWNS|SIGCHLD) = 8',
    '8 mount("none", "/", NULL, MS_REC|MS_PRIVATE, NULL) = 0',
    '8 mount("none", "/mnt", "tmpfs", 0, NULL) = 0',
    '8 openat(AT_FDCWD, "/mnt/x", O_WRONLY|O_CREAT|O_EXCL, 0600) = 3',
    '7 kill(8, SIGKILL) = 0',
    '7 reboot(0x1, 0x2, 0x3, 0) = -1 EINVAL (Invalid argument)',
    '7 write(1<pipe:[5]>, "x", 1) = 1',
    '7 write(5</proc/9/uid_map>, "0 0 1", 5) = 5',
  ];
  expect(violations(fine.join('\n'))).toEqual([]);
  rmSync(folder, { recursive: true });
});

/** Runs a stub under strace for as long as `body` takes; what strace wrote. */
async function traced(body: (session: Session, pid: number | undefined) => Promise<void>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'guard-test-'));
  const file = join(folder, 'trace');
  const { process: strace, channel, ended } = startStub(['strace', '-f', '-y', '-s', '64', '-o', file, stubPath()]);
  try {
    const session = await Session.open(channel, { timeoutMs: TIMEOUT_MS });
    await body(session, childOf(strace));
    session.end();
    await ended;
    return readFileSync(file, 'utf8');
  } finally {
    strace.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
}

function childOf({ pid }: ChildProcess): number | undefined {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return children === '' ? undefined : Number(children.split(' ')[0]);
}

// --- what can be looked at --------------------------------------------------------------------------------------------

/** Counters and states that change by themselves. */
const RESTLESS =
  /^\/proc\/sys\/(?:fs\/(?:dentry-state|file-nr|inode-nr|inode-state|aio-nr|dquot\/|quota\/|binfmt_misc\/)|kernel\/(?:random\/|ns_last_pid|pty\/nr|sched_domain|keys\/|tainted)|net\/(?:netfilter\/nf_conntrack_count|ipv[46]\/(?:conf|neigh)\/veth))/;

function machineState(): ReadonlyMap<string, string> {
  const state = new Map<string, string>();
  for (const path of filesBelow('/proc/sys')) if (!RESTLESS.test(path)) state.set(path, contents(path));
  for (const path of [
    '/proc/1/mountinfo',
    '/proc/modules',
    '/proc/swaps',
    '/proc/net/route',
    '/proc/sysvipc/shm',
    '/proc/sysvipc/msg',
    '/proc/sysvipc/sem',
    '/proc/self/oom_score_adj',
    '/proc/self/cgroup',
    '/proc/self/limits',
  ]) {
    state.set(path, contents(path));
  }
  state.set('network interfaces', readdirSync('/sys/class/net').join(' '));
  state.set('control groups', foldersBelow('/sys/fs/cgroup', 3).join(' '));
  state.set('clock', String(Math.round((Date.now() - performance.now()) / 2000)));
  for (const folder of ['/etc', '/usr/local', '/root', '/var/lib', '/boot', '/']) {
    for (const path of folder === '/' ? readdirSync('/').map((name) => `/${name}`) : below(folder, 2))
      state.set(`file ${path}`, stamp(path));
  }
  return state;
}

function changes(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly string[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys]
    .filter((key) => before.get(key) !== after.get(key))
    .map((key) => `${key}: ${before.get(key)} → ${after.get(key)}`);
}

function contents(path: string): string {
  try {
    return readFileSync(path, 'utf8').slice(0, 20_000);
  } catch {
    return 'unreadable';
  }
}

function stamp(path: string): string {
  try {
    const { mode, uid, gid, size, mtimeMs, ino } = lstatSync(path);
    const folder = (mode & 0o170000) === 0o040000;
    // Folders that others work in change by themselves.
    return [mode, uid, gid, ino, ...(folder ? [] : [size, mtimeMs])].join(' ');
  } catch {
    return 'gone';
  }
}

function filesBelow(folder: string): readonly string[] {
  return entries(folder).flatMap(({ path, isFolder }) => (isFolder ? filesBelow(path) : [path]));
}

function foldersBelow(folder: string, levels: number): readonly string[] {
  if (levels === 0) return [];
  return entries(folder).flatMap(({ path, isFolder }) => (isFolder ? [path, ...foldersBelow(path, levels - 1)] : []));
}

function below(folder: string, levels: number): readonly string[] {
  return entries(folder).flatMap(({ path, isFolder }) =>
    isFolder && levels > 1 ? [path, ...below(path, levels - 1)] : [path],
  );
}

function entries(folder: string): readonly { readonly path: string; readonly isFolder: boolean }[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).map((entry) => ({
      path: `${folder}/${entry.name}`,
      isFolder: entry.isDirectory(),
    }));
  } catch {
    return [];
  }
}
