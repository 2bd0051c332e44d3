import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, out, resultOf } from '../../kernel/index.ts';
import type { OciConfig, Sandbox } from '../types.ts';
import { DEFAULT_CONFIG } from './default.data.ts';
import { embeddedRuntime } from './index.ts';
import { startEmbedded } from './start.ts';
import { fileOf, shown } from './testing/shown.ts';

const available = (await embeddedRuntime.available()).available;
const root = available && process.getuid?.() === 0;

async function inSandbox<T>(
  config: OciConfig,
  use: (sandbox: Sandbox) => Promise<T>,
  omit: readonly string[] = [],
): Promise<T> {
  const sandbox = await startEmbedded({ config, omit });
  try {
    return await use(sandbox);
  } finally {
    await sandbox.close();
  }
}

type Section = Record<string, unknown>;

function changed(change: {
  process?: Section;
  linux?: Section;
  mounts?: readonly object[];
  root?: Section;
  hostname?: string;
}): OciConfig {
  const base = DEFAULT_CONFIG as { process: Section; linux: Section; mounts: readonly object[] };
  return {
    ...base,
    ...change,
    process: { ...base.process, ...change.process },
    linux: { ...base.linux, ...change.linux },
    mounts: [...base.mounts, ...(change.mounts ?? [])],
  } as OciConfig;
}

let host = '';
beforeAll(() => {
  host = mkdtempSync(join(tmpdir(), 'cofferdam-embedded-'));
  mkdirSync(join(host, 'data/inner'), { recursive: true });
  mkdirSync(join(host, 'rootfs/etc'), { recursive: true });
  writeFileSync(join(host, 'rootfs/etc/hostname'), 'image\n');
});
afterAll(() => rmSync(host, { recursive: true, force: true }));

describe.skipIf(!root)('the kernel shows what the configuration says', () => {
  const arbitrary = fc.record({
    uid: fc.integer({ min: 0, max: 3000 }),
    gid: fc.integer({ min: 0, max: 3000 }),
    groups: fc.uniqueArray(fc.integer({ min: 0, max: 3000 }), { maxLength: 4 }),
    umask: fc.constantFrom(0, 0o022, 0o077),
    noNewPrivileges: fc.boolean(),
    readonly: fc.boolean(),
    hostname: fc.stringMatching(/^[a-z]{1,12}$/),
    core: fc.integer({ min: 0, max: 4096 }),
    oomScoreAdj: fc.integer({ min: 0, max: 1000 }),
    forward: fc.constantFrom('0', '1'),
    masked: fc.subarray(['/proc/keys', '/proc/timer_list', '/sys/firmware']),
    readonlyPaths: fc.subarray(['/proc/sys', '/proc/bus', '/proc/irq']),
    filter: fc.boolean(),
    user: fc.boolean(),
    namespaces: fc.subarray(['pid', 'ipc', 'cgroup', 'time']),
  });

  it('whatever it says', async () => {
    await fc.assert(
      fc.asyncProperty(arbitrary, async (wish) => {
        const map = [{ containerID: 0, hostID: 200_000, size: 65_536 }];
        // A user namespace may mount procfs and mqueue only of namespaces that it owns.
        const own = wish.user ? ['user', 'pid', 'ipc'] : [];
        const types = new Set(['mount', 'network', 'uts', ...wish.namespaces, ...own]);
        const config = changed({
          hostname: wish.hostname,
          root: { readonly: wish.readonly },
          process: {
            user: { uid: wish.uid, gid: wish.gid, additionalGids: wish.groups, umask: wish.umask },
            noNewPrivileges: wish.noNewPrivileges,
            rlimits: [{ type: 'RLIMIT_CORE', soft: wish.core, hard: wish.core }],
            oomScoreAdj: wish.oomScoreAdj,
          },
          linux: {
            namespaces: [...types].map((type) => ({ type })),
            ...(wish.user && { uidMappings: map, gidMappings: map }),
            sysctl: { 'net.ipv4.ip_forward': wish.forward },
            maskedPaths: wish.masked,
            readonlyPaths: wish.readonlyPaths,
            ...(wish.filter && { seccomp: FILTER }),
          },
        });
        await inSandbox(config, async ({ session, missing }) => {
          const { status, mounts, limits } = await shown(session);
          expect(missing.filter(({ step }) => step !== 'root')).toEqual([]);
          expect(status).toMatchObject({
            Uid: Array(4).fill(wish.uid).join(' '),
            Gid: Array(4).fill(wish.gid).join(' '),
            Groups: [...wish.groups].sort((a, b) => a - b).join(' '),
            Umask: wish.umask.toString(8).padStart(4, '0'),
            NoNewPrivs: wish.noNewPrivileges ? '1' : '0',
            Seccomp: wish.filter ? '2' : '0',
          });
          expect(status.NSpid?.split(' ').length).toBe(1);
          expect(mounts['/']?.options.split(',').includes('ro')).toBe(wish.readonly);
          expect(limits['Max core file size']).toMatch(new RegExp(`^${wish.core} +${wish.core} `));
          expect((await fileOf(session, '/proc/self/oom_score_adj')).trim()).toBe(String(wish.oomScoreAdj));
          expect((await fileOf(session, '/proc/sys/kernel/hostname')).trim()).toBe(wish.hostname);
          expect((await fileOf(session, '/proc/sys/net/ipv4/ip_forward')).trim()).toBe(wish.forward);
          const points = Object.keys(mounts);
          expect(points).toEqual(
            expect.arrayContaining([...wish.readonlyPaths, ...wish.masked.filter((path) => existsSync(path))]),
          );
          for (const path of wish.readonlyPaths) expect(mounts[path]?.options.split(',')).toContain('ro');
        });
      }),
      { numRuns: 12 },
    );
  });

  const FILTER = {
    defaultAction: 'SCMP_ACT_ALLOW',
    architectures: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_AARCH64'],
    syscalls: [{ names: ['ptrace'], action: 'SCMP_ACT_ERRNO', errnoRet: 71 }],
  };

  it('a filter decides as it says', async () => {
    await inSandbox(changed({ linux: { seccomp: FILTER } }), async ({ session }) => {
      expect((await session.call(call('ptrace', 0, 0, 0, 0))).errno).toBe('EPROTO');
    });
  });

  it('limits of control groups, which are gone afterwards', async () => {
    const resources = { pids: { limit: 7 }, memory: { limit: 33_554_432 }, devices: [{ allow: false, access: 'rwm' }] };
    const mounts = [{ destination: '/sys/fs/cgroup', type: 'cgroup', source: 'cgroup', options: ['ro'] }];
    const config = changed({ linux: { resources }, mounts });
    const folder = await inSandbox(config, async ({ session, missing }) => {
      expect(missing.map(({ step }) => step)).toEqual(['root']);
      expect((await fileOf(session, '/sys/fs/cgroup/pids/pids.max')).trim()).toBe('7');
      expect((await fileOf(session, '/sys/fs/cgroup/memory/memory.limit_in_bytes')).trim()).toBe('33554432');
      expect(await fileOf(session, '/sys/fs/cgroup/devices/devices.list')).not.toContain('a *:* rwm');
      return readdirSync('/sys/fs/cgroup/pids').find((name) => name.startsWith(`cofferdam-${process.pid}-`));
    });
    expect(folder).toBeDefined();
    expect(existsSync(`/sys/fs/cgroup/pids/${folder}`)).toBe(false);
  });

  it('a namespace that is joined is the one at the path', async () => {
    await inSandbox(changed({}), async (first) => {
      const path = `/proc/${first.pid}/ns/net`;
      const namespaces = [{ type: 'mount' }, { type: 'pid' }, { type: 'network', path }];
      await inSandbox(changed({ linux: { namespaces } }), async (second) => {
        const link = async ({ session }: Sandbox): Promise<string> =>
          (await session.call(call('readlinkat', -100, '/proc/self/ns/net', out(64), 64))).text(2);
        expect(await link(second)).toBe(await link(first));
      });
    });
  });
});

describe.skipIf(!root)('nothing of the host is changed', () => {
  it('mount points are not made in what is bound', async () => {
    const mounts = [
      { destination: '/data', type: 'bind', source: join(host, 'data'), options: ['rbind', 'rw'] },
      { destination: '/data/inner', type: 'tmpfs', source: 'tmpfs' },
      { destination: '/data/absent', type: 'tmpfs', source: 'tmpfs' },
      { destination: '/data/inner/deeper', type: 'tmpfs', source: 'tmpfs' },
    ];
    const config = changed({
      mounts,
      process: { cwd: '/data/nowhere' },
      linux: { devices: [{ path: '/data/null', type: 'c', major: 1, minor: 3 }] },
    });
    await inSandbox(config, async ({ session, missing }) => {
      expect(Object.keys((await shown(session)).mounts)).toContain('/data/inner');
      expect(missing.map(({ facts }) => facts.join())).toEqual(
        expect.arrayContaining(['mount./data/absent', 'mount./data/inner/deeper', 'device./data/null', 'process.cwd']),
      );
    });
    expect(readdirSync(join(host, 'data'))).toEqual(['inner']);
    expect(readdirSync(join(host, 'data/inner'))).toEqual([]);
  });

  it('a folder that is the root is read, and what is written stays in memory', async () => {
    const config = changed({
      root: { path: join(host, 'rootfs'), readonly: false },
      mounts: [{ destination: '/new/place', type: 'tmpfs' }],
    });
    await inSandbox(config, async ({ session, missing }) => {
      expect(missing).toEqual([]);
      expect(await fileOf(session, '/etc/hostname')).toBe('image\n');
      expect((await session.call(call('mkdirat', -100, '/etc/made', 0o755))).ok).toBe(true);
    });
    expect(readdirSync(join(host, 'rootfs'))).toEqual(['etc']);
    expect(readdirSync(join(host, 'rootfs/etc'))).toEqual(['hostname']);
  });

  it('a setting that belongs to no namespace of its own is not written', async () => {
    const before = readFileSync('/proc/sys/kernel/core_pattern', 'utf8');
    await inSandbox(changed({ linux: { sysctl: { 'kernel.core_pattern': '|/nothing' } } }), async ({ missing }) => {
      expect(missing.flatMap(({ facts }) => facts)).toContain('sysctl.kernel.core_pattern');
    });
    expect(readFileSync('/proc/sys/kernel/core_pattern', 'utf8')).toBe(before);
  });
});

describe.skipIf(!available)('what this machine lacks', () => {
  it('a socket that is not there has a listener in its place', async () => {
    const mounts = [
      { destination: '/run/engine.sock', type: 'bind', source: '/nowhere/engine.sock', options: ['bind'] },
    ];
    await inSandbox(changed({ mounts }), async ({ session, missing }) => {
      const address = Buffer.from('\u0001\0/run/engine.sock\0');
      const [, connected] = await session.batch([
        call('socket', 1, 1, 0),
        call('connect', resultOf(0), address, address.length),
      ]);
      expect(connected?.ok).toBe(true);
      expect(missing.find(({ step }) => step === 'mounts')).toMatchObject({ facts: ['mount./run/engine.sock'] });
    });
  });

  it.each([
    ['a file', '/nowhere/settings.json', 0o100000],
    ['a folder', '/nowhere/folder', 0o040000],
  ])('%s has an empty one in its place', async (_, source, kind) => {
    await inSandbox(
      changed({ mounts: [{ destination: '/x', type: 'bind', source, options: ['bind', 'ro'] }] }),
      async ({ session }) => {
        const stat = await session.call(call('newfstatat', -100, '/x', out(144), 0));
        const mode = stat.bytes(2).readUInt32LE(process.arch === 'arm64' ? 16 : 24);
        expect(mode & 0o170000).toBe(kind);
        expect((await shown(session)).mounts['/x']?.options).toContain('ro');
      },
    );
  });

  it('is named with the facts whose proof is void', async () => {
    const config = changed({
      process: { terminal: true, apparmorProfile: 'docker-default' },
      linux: { namespaces: [{ type: 'pid' }, { type: 'network', path: '/nowhere/net' }] },
    });
    await inSandbox(config, async ({ missing }) => {
      const facts = missing.flatMap((one) => one.facts);
      expect(facts).toEqual(expect.arrayContaining(['process.terminal', 'namespace.mnt', 'namespace.net']));
      if (!existsSync('/sys/module/apparmor')) expect(facts).toContain('lsm.apparmor');
    });
  });
});

describe.skipIf(!available)('steps', () => {
  it.each([
    ['no-new-privileges', 'NoNewPrivs', '0'],
    ['capabilities', 'CapBnd', undefined],
    ['umask', 'Umask', '0000'],
  ])('%s can be left out', async (step, field, expected) => {
    const whole = await inSandbox(changed({}), async ({ session }) => (await shown(session)).status[field]);
    const without = await inSandbox(changed({}), async ({ session }) => (await shown(session)).status[field], [step]);
    expect(without).not.toBe(whole);
    if (expected !== undefined) expect(without).toBe(expected);
  });

  it.each(['pivot-root', 'nonsense'])('%s cannot be', async (step) => {
    await expect(startEmbedded({ omit: [step] })).rejects.toMatchObject({ code: 'usage' });
  });
});

it('a child whose filter refuses every way to exit ends all the same', async () => {
  const names = ['exit', 'exit_group'];
  const seccomp = { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{ names, action: 'SCMP_ACT_ERRNO' }] };
  const config = { ...DEFAULT_CONFIG, linux: { ...(DEFAULT_CONFIG.linux as object), seccomp } } as OciConfig;
  const sandbox = await embeddedRuntime.start({ config });
  try {
    const end = await sandbox.session.child(async (child) => (await child.call(call('getpid'))).ok);
    expect(end).toEqual({ kind: 'returned', value: true });
    // Its parent waited for it.
    expect((await sandbox.session.call(call('getpid'))).ok).toBe(true);
  } finally {
    await sandbox.close();
  }
});

describe('a configuration of another form', () => {
  it.each([
    [{ mounts: [{ destination: 'proc' }] }, /mounts\/0\/destination/],
    [{ process: { user: { uid: -1 } } }, /process\/user\/uid/],
    [{ linux: { namespaces: 'pid' } }, /linux\/namespaces/],
  ])('%j is refused, by name', async (config, message) => {
    await expect(startEmbedded({ config })).rejects.toThrow(message);
  });
});

describe.skipIf(!available)('a sandbox', () => {
  it('is closed more than once without complaint, and its process is gone', async () => {
    const sandbox = await startEmbedded({});
    expect(existsSync(`/proc/${sandbox.pid}`)).toBe(true);
    await Promise.all([sandbox.close(), sandbox.close()]);
    await sandbox.close();
    expect(existsSync(`/proc/${sandbox.pid}`)).toBe(false);
  });

  it('holds no descriptor but the three of the session', async () => {
    await inSandbox(changed({}), async ({ session }) => {
      const duplicated = await session.batch([call('dup', 0), call('close', resultOf(0))]);
      expect(duplicated[0]?.value).toBe(3);
    });
  });
});
