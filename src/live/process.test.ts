import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, type TestContext, test } from 'vitest';
import { stubPath } from '../agent/stub.ts';
import { judgeFilters } from '../kernel/seccomp-installed.ts';
import { Unknown } from '../posture/index.ts';
import { MACHINE } from './files.ts';
import { factIn, inMemory, type Tree } from './fixtures/in-memory.ts';
import { hasCommand, isRoot, lineOf, needs, started, tracer } from './fixtures/processes.ts';
import { type ProcessOptions, readProcess } from './process.ts';

async function postureOf(pid: number, options: ProcessOptions = {}) {
  const { subjects, problems } = await readProcess(pid, options);
  const statements = subjects.flatMap((subject) => subject.layers.flatMap((layer) => layer.statements));
  return { problems, statements, of: (key: string) => factIn(statements, key) };
}

/** Prints its own status on a line, then waits. */
const WAITING = ['-e', 'console.log(process.pid); setInterval(() => {}, 60_000)'];

test('an ordinary child has the namespaces, ids and environment of its parent', async () => {
  await using child = await started(process.execPath, WAITING, { ...process.env, COFFERDAM_TEST: 'here' });
  await lineOf(child.child);
  const { of, problems, statements } = await postureOf(child.pid);
  expect(problems).toEqual([]);
  expect(of('process.uid')).toBe(process.getuid?.());
  expect(of('env.COFFERDAM_TEST')).toBe('here');
  expect(of('process.argv')).toEqual([process.execPath, ...WAITING]);
  expect(of('process.cwd')).toBe(process.cwd());
  expect(of('namespace.mnt')).toEqual((await postureOf(process.pid)).of('namespace.mnt'));
  expect(statements.every(({ source }) => source.kind === 'observed')).toBe(true);
});

test('this process can look at itself', async () => {
  const { of, problems } = await postureOf(process.pid);
  expect(problems).toEqual([]);
  expect(of('sandbox.kind')).toBe('os');
});

describe('a child in namespaces of its own', () => {
  const UNSHARE = ['--user', '--map-root-user', '--net', '--ipc', '--uts', '--mount', '--propagation', 'private'];
  const canUnshare = (context: TestContext) =>
    needs(context, 'unshare with user namespaces', spawnSync('unshare', [...UNSHARE, 'true']).status === 0);

  test('is told apart from the host', async (context) => {
    canUnshare(context);
    const script = 'mkdir -p "$1/ro" && mount -t tmpfs -o ro,nosuid,size=64k x "$1/ro"; echo up; exec sleep 60';
    const folder = mkdtempSync(join(tmpdir(), 'live-'));
    try {
      await using child = await started('unshare', [...UNSHARE, '--kill-child', 'sh', '-c', script, 'sh', folder]);
      await lineOf(child.child);
      const { of } = await postureOf(child.pid);
      expect(['net', 'uts', 'mnt'].map((type) => of(`namespace.${type}`))).toEqual(['private', 'private', 'private']);
      expect(of('namespace.user')).not.toBe('host');
      expect(of('process.uid')).toBe(0);
      expect(of('user-namespace.uid-map')).toEqual([{ inside: 0, outside: process.getuid?.(), size: 1 }]);
      expect(of('network.mode')).toBe('none');
      expect(of(`mount.${folder}/ro`)).toMatchObject({
        type: 'tmpfs',
        readonly: true,
        nosuid: true,
        nodev: false,
        size: 65536,
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('what is no process to look at', () => {
  const code = async (pid: number, options: ProcessOptions = {}) => (await readProcess(pid, options)).problems[0]?.code;

  test('a number that nobody has', async () => expect(await code(2 ** 22 + 1)).toBe('no-such-process'));

  test('a child that has ended and was not waited for', async () => {
    const script = 'sh -c "exit 0" & echo $!; exec sleep 60';
    await using parent = await started('sh', ['-c', script]);
    const pid = Number(await lineOf(parent.child));
    while (/^State:\s*[RSD]/m.test(String(MACHINE.text(`/proc/${pid}/status`))))
      await new Promise((later) => setTimeout(later, 5));
    expect(await code(pid)).toBe('process-ended');
  });

  test('a thread of the kernel', async () => {
    const files = inMemory({ '/proc/2/status': 'Name:\tkthreadd\nState:\tS (sleeping)\n' });
    expect(await code(2, { files })).toBe('kernel-thread');
  });

  test.each([
    ['without procfs', {}, 'no-proc'],
    [
      'with hidepid',
      { '/proc/self/status': 'x', '/proc/self/mountinfo': '1 0 0:1 / /proc rw - proc proc rw,hidepid=invisible' },
      'process-hidden',
    ],
    ['forbidden', { '/proc/7/status': { error: 'EACCES' } }, 'process-unreadable'],
  ] as const)('%s', async (_, tree: Tree, expected) => expect(await code(7, { files: inMemory(tree) })).toBe(expected));

  test('one whose number another gets meanwhile', async () => {
    let asked = 0;
    const files = {
      ...MACHINE,
      text: (path: string) => {
        const text = MACHINE.text(path);
        const again = path === `/proc/${process.pid}/stat` && asked++ > 0 && !(text instanceof Unknown);
        return again ? String(text).replace(/ (\d+)((?: \S+){30})\n$/, ' 1$1$2\n') : text;
      },
    };
    expect(await code(process.pid, { files })).toBe('process-ended');
  });
});

test('nothing of a process that only shows its status is guessed', async () => {
  const status = 'Name:\tx\nState:\tS\nVmSize:\t1 kB\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n';
  const { of } = await postureOf(7, { files: inMemory({ '/proc/7/status': status }) });
  const keys = [
    'namespace.pid',
    'seccomp',
    'mount./',
    'masked.*',
    'device-rules',
    'limit.memory',
    'network.mode',
    'capability.bounding.*',
  ];
  expect(keys.filter((key) => !(of(key) instanceof Unknown))).toEqual([]);
});

describe('filters', () => {
  /** A container of runc with a filter of two stacked rules; gives the process and the configuration's folder. */
  const SECCOMP = {
    defaultAction: 'SCMP_ACT_ALLOW',
    architectures: ['SCMP_ARCH_X86_64'],
    syscalls: [{ names: ['mount', 'keyctl'], action: 'SCMP_ACT_ERRNO' }],
  };

  async function withContainer(run: (pid: number) => Promise<void>): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'live-'));
    const [root, name] = [join(folder, 'state'), `cofferdam-live-${process.pid}`];
    try {
      mkdirSync(join(folder, 'rootfs'));
      spawnSync('cp', [stubPath(), join(folder, 'rootfs', 'stub')]);
      spawnSync('runc', ['spec', '--bundle', folder]);
      const config = JSON.parse(String(MACHINE.text(join(folder, 'config.json')))) as {
        process: { terminal: boolean; args: string[]; capabilities: Record<string, string[]>; rlimits?: unknown };
        linux: { seccomp?: unknown };
      };
      config.process.terminal = false;
      config.process.args = ['/stub'];
      delete config.process.rlimits;
      config.linux.seccomp = SECCOMP;
      writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
      await using runc = await started('runc', ['--root', root, 'run', '--bundle', folder, name]);
      await new Promise((ready) => runc.child.stdout?.once('data', ready));
      const state = spawnSync('runc', ['--root', root, 'state', name], { encoding: 'utf8' });
      await run((JSON.parse(state.stdout) as { pid: number }).pid);
    } finally {
      spawnSync('runc', ['--root', root, 'delete', '--force', name]);
      rmSync(folder, { recursive: true, force: true });
    }
  }

  test('of a container are those that its runtime installed; it goes on', async (context) => {
    needs(context, 'root', isRoot);
    needs(context, 'runc', hasCommand('runc'));
    await using stub = await tracer();
    await withContainer(async (pid) => {
      const { of } = await postureOf(pid, { tracer: async () => stub.session });
      const seccomp = of('seccomp') as { kind: string; programs: readonly string[] };
      expect(seccomp.kind).toBe('filter');
      const programs = seccomp.programs.map(instructionsOf);
      const judge = (syscall: string) => judgeFilters(programs, { arch: 'x86_64', syscall }).verdict;
      expect([judge('mount'), judge('keyctl'), judge('read')]).toEqual(['refused', 'refused', 'allowed']);
      const after = String(MACHINE.text(`/proc/${pid}/status`));
      expect(after).toMatch(/^TracerPid:\t0$/m);
      expect(after).toMatch(/^State:\t[SR]/m);
      // The rest of what runc made of its default configuration.
      expect(of('rootfs.readonly')).toBe(true);
      expect(of('masked./sys/firmware')).toBe(true);
      expect(of('readonly-path./proc/sys')).toBe(true);
      expect(of('process.no-new-privileges')).toBe(true);
      expect(of('capability.bounding.SYS_ADMIN') ?? of('capability.bounding.*')).toBe(false);
      expect(of('capability.bounding.KILL')).toBe(true);
      expect(of('namespace.pid')).toBe('private');
    });
  });

  test('stay unknown without a tracer, and where another one is at work', async () => {
    const tree = (more: string): Tree => ({
      '/proc/7/status': `Name:\tx\nState:\tS\nVmSize:\t1 kB\nSeccomp:\t2\n${more}`,
    });
    const none = await postureOf(7, { files: inMemory(tree('')) });
    expect(none.of('seccomp')).toBeInstanceOf(Unknown);
    const traced = await postureOf(7, {
      files: inMemory(tree('TracerPid:\t9\n')),
      tracer: () => Promise.reject(new Error('not asked')),
    });
    expect((traced.of('seccomp') as Unknown).why).toContain('process 9 traces it');
  });

  test('none, and the first mode, need no tracer', async () => {
    const tree = (mode: number): Tree => ({
      '/proc/7/status': `Name:\tx\nState:\tS\nVmSize:\t1 kB\nSeccomp:\t${mode}\n`,
    });
    expect((await postureOf(7, { files: inMemory(tree(0)) })).of('seccomp')).toEqual({ kind: 'unconfined' });
    expect((await postureOf(7, { files: inMemory(tree(1)) })).of('seccomp')).toMatchObject({ kind: 'policy' });
  });

  test('of a process that is gone are unknown, and the stub goes on', async () => {
    await using stub = await tracer();
    const files = inMemory({ '/proc/4194305/status': 'Name:\tx\nState:\tS\nVmSize:\t1 kB\nSeccomp:\t2\n' });
    const { of } = await postureOf(4194305, { files, tracer: async () => stub.session });
    expect((of('seccomp') as Unknown).why).toContain('ended');
    expect((await stub.session.call({ name: 'getpid', args: [] })).ok).toBe(true);
  });
});

/** struct sock_filter */
function instructionsOf(base64: string) {
  const bytes = Buffer.from(base64, 'base64');
  return Array.from({ length: bytes.length / 8 }, (_, i) => ({
    code: bytes.readUInt16LE(8 * i),
    jt: bytes.readUInt8(8 * i + 2),
    jf: bytes.readUInt8(8 * i + 3),
    k: bytes.readUInt32LE(8 * i + 4),
  }));
}
