import { chmodSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MACHINE } from '../../live/index.ts';
import type { Mechanism } from '../../model/index.ts';
import { embeddedRuntime } from '../../runtimes/embedded/index.ts';
import type { OciConfig, Sandbox } from '../../runtimes/index.ts';
import type { Probe, Verdict } from '../../vectors/index.ts';
import { opensForReading, opensForWriting, readsAsHost } from '../../vectors/probe.ts';
import {
  canBeHostRoot,
  canBeRoot,
  connects,
  hasMounted,
  hasRoute,
  isRoot,
  sees,
  unlimited,
  usesDevice,
  writesRootfs,
} from '../../vectors/probe-places.ts';
import type { Observation, Stage } from '../observation.ts';
import { openHost } from '../stage.ts';
import { observe } from './index.ts';

/** A container as engines make them, and what is changed of it. */
function container(change: {
  readonly caps?: readonly string[];
  readonly mounts?: readonly { destination: string; type?: string; source?: string; options?: readonly string[] }[];
  readonly masked?: readonly string[];
  readonly readonlyPaths?: readonly string[];
  readonly uid?: number;
  /** Without no_new_privs. */
  readonly gains?: boolean;
  readonly users?: boolean;
  readonly readonlyRoot?: boolean;
  readonly devices?: readonly { allow: boolean; type?: string; major?: number; minor?: number; access?: string }[];
}): OciConfig {
  const caps = [...(change.caps ?? ['CAP_CHOWN', 'CAP_MKNOD'])];
  const map = [{ containerID: 0, hostID: 100_000, size: 65_536 }];
  const types = ['mount', 'pid', 'network', 'ipc', 'uts', ...(change.users ? ['user'] : [])];
  return {
    ociVersion: '1.2.0',
    process: {
      cwd: '/',
      user: { uid: change.uid ?? 0, gid: change.uid ?? 0 },
      capabilities: { bounding: caps, effective: caps, permitted: caps, inheritable: [], ambient: [] },
      noNewPrivileges: change.gains !== true,
    },
    root: { path: 'rootfs', readonly: change.readonlyRoot === true },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755'] },
      { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['nosuid', 'noexec', 'nodev', 'ro'] },
      ...(change.mounts ?? []),
    ] as never,
    linux: {
      namespaces: types.map((type) => ({ type })),
      maskedPaths: [...(change.masked ?? ['/proc/keys', '/proc/acpi'])],
      readonlyPaths: [...(change.readonlyPaths ?? ['/proc/sys'])],
      ...(change.users && { uidMappings: map, gidMappings: map }),
      ...(change.devices && { resources: { devices: change.devices as never } }),
    },
  } as OciConfig;
}

describe.skipIf(process.getuid?.() !== 0)('questions about places, in containers of the embedded runtime', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cofferdam-places-'));
  let server: Server;
  let host: Sandbox;

  beforeAll(async () => {
    host = await openHost();
    // Root of a user namespace is another user to it, whom the runtime's own steps lead through.
    chmodSync(folder, 0o755);
    mkdirSync(join(folder, 'data'), { mode: 0o755 });
    writeFileSync(join(folder, 'data', 'secret'), 'x', { mode: 0o600 });
    server = createServer();
    await new Promise<void>((resolve) => server.listen(join(folder, 'engine.sock'), resolve));
  });

  afterAll(async () => {
    await host.close();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  });

  async function ask(config: OciConfig, probe: Probe): Promise<Observation> {
    const sandbox = await embeddedRuntime.start({ config });
    try {
      const stage = { sandbox: sandbox.session, pid: sandbox.pid, host: host.session, files: MACHINE, config } as Stage;
      return await observe(probe, stage);
    } finally {
      await sandbox.close();
    }
  }

  const core = opensForWriting('/proc/sys/kernel/core_pattern');
  const admin = ['CAP_SYS_ADMIN', 'CAP_MKNOD'];
  const bind = (source: string, destination: string, ...options: readonly string[]) => ({
    destination,
    type: 'bind',
    source,
    options: ['rbind', ...options],
  });
  const data = () => bind(join(folder, 'data'), '/data');
  const socket = () => bind(join(folder, 'engine.sock'), '/run/engine.sock', 'ro');
  const ofFolder = { source: `^${folder}` };
  const nothing = { allow: false, access: 'rwm' };
  const loopControl = usesDevice({ path: '^/dev/loop-control$', type: 'c', major: 10, minor: 237, access: 'r' });

  type Row = readonly [string, () => OciConfig, Probe, Verdict, Mechanism | null];
  const rows: readonly Row[] = [
    ['a sysctl under a read-only cover', () => container({}), core, 'blocked', 'mount'],
    ['the same, without the cover', () => container({ readonlyPaths: [] }), core, 'open', null],
    ['the same cover, and the right to take it away', () => container({ caps: admin }), core, 'open', null],
    [
      'no cover, in a user namespace',
      () => container({ readonlyPaths: [], users: true }),
      core,
      'blocked',
      'namespace-user',
    ],
    ['no cover, as another user', () => container({ readonlyPaths: [], uid: 1000 }), core, 'blocked', 'dac'],
    [
      'no cover, as a user who might gain root',
      () => container({ readonlyPaths: [], uid: 1000, gains: true }),
      core,
      'unknown',
      null,
    ],
    ['a cover, as a user who might gain root', () => container({ uid: 1000, gains: true }), core, 'blocked', 'mount'],
    ['a masked file', () => container({}), opensForReading('/proc/keys'), 'blocked', 'mount'],
    [
      'a masked file, and the right to take the mask away',
      () => container({ caps: admin }),
      opensForReading('/proc/keys'),
      'open',
      null,
    ],
    [
      'the same mask in a user namespace',
      () => container({ caps: admin, users: true }),
      opensForReading('/proc/keys'),
      'open',
      null,
    ],
    [
      'a file of a read-only sysfs',
      () => container({}),
      opensForWriting('/sys/module/printk/parameters/time'),
      'blocked',
      'mount',
    ],
    [
      'the same, and the right to mount another sysfs',
      () => container({ caps: admin }),
      opensForWriting('/sys/module/printk/parameters/time'),
      'open',
      null,
    ],
    [
      'a file that no machine has',
      () => container({}),
      opensForReading('/proc/cofferdam-no-such-file'),
      'unknown',
      null,
    ],
    [
      'the state of the machine',
      () => container({}),
      readsAsHost('/proc/sys/kernel/random/boot_id', 'same'),
      'open',
      null,
    ],
    ['no path of the host', () => container({}), sees(ofFolder), 'blocked', 'mount'],
    ['a path of the host', () => container({ mounts: [data()] }), sees({ ...ofFolder, as: 'root' }), 'open', null],
    [
      'a path of the host, as another user',
      () => container({ mounts: [data()], uid: 1000 }),
      sees({ ...ofFolder, as: 'root' }),
      'blocked',
      'dac',
    ],
    [
      'a path of the host, in a user namespace',
      () => container({ mounts: [data()], users: true }),
      sees({ ...ofFolder, as: 'root' }),
      'blocked',
      'namespace-user',
    ],
    [
      'a path of the host, to be written to',
      () => container({ mounts: [data()] }),
      sees({ ...ofFolder, writable: true }),
      'open',
      null,
    ],
    [
      'the same, read-only',
      () => container({ mounts: [bind(join(folder, 'data'), '/data', 'ro')] }),
      sees({ ...ofFolder, writable: true }),
      'blocked',
      'mount',
    ],
    [
      'read-only, and the right to change that',
      () => container({ caps: admin, mounts: [bind(join(folder, 'data'), '/data', 'ro')] }),
      sees({ ...ofFolder, writable: true }),
      'open',
      null,
    ],
    [
      'a path that this machine lacks',
      () => container({ mounts: [bind('/nowhere/at/all', '/n')] }),
      sees({ covers: ['/nowhere/at'], parts: true, as: 'root' }),
      'open',
      null,
    ],
    [
      'a path by the name that a link gives it',
      () => container({ mounts: [bind('/usr/bin', '/b')] }),
      sees({ source: '^/bin$' }),
      existsSync('/bin') && realpathSync('/bin') === '/usr/bin' ? 'open' : 'blocked',
      existsSync('/bin') && realpathSync('/bin') === '/usr/bin' ? null : 'mount',
    ],
    ['no socket', () => container({}), connects(ofFolder), 'blocked', 'mount'],
    ['a socket, mounted read-only', () => container({ mounts: [socket()] }), connects(ofFolder), 'open', null],
    [
      'a socket, as another user',
      () => container({ mounts: [socket()], uid: 1000 }),
      connects(ofFolder),
      'blocked',
      'dac',
    ],
    ['a device that no rule allows', () => container({ devices: [nothing] }), loopControl, 'blocked', 'device-policy'],
    [
      'a device that a rule allows, and the right to make its node',
      () => container({ devices: [nothing, { allow: true, type: 'c', major: 10, minor: 237, access: 'rwm' }] }),
      loopControl,
      'open',
      null,
    ],
    [
      'the same, and the right to mount',
      () => container({ caps: admin, devices: [nothing] }),
      loopControl,
      'blocked',
      'device-policy',
    ],
    [
      'a device that a rule allows, whose driver asks for more than a node',
      () => container({ devices: [nothing, { allow: true, type: 'c', major: 1, minor: 11, access: 'rwm' }] }),
      usesDevice({ path: '^/dev/kmsg$', type: 'c', major: 1, minor: 11, access: 'r', opens: true }),
      'unknown',
      null,
    ],
    ['a device, and no right to make its node', () => container({ caps: [] }), loopControl, 'blocked', 'capability'],
    ['a device, in a user namespace', () => container({ users: true }), loopControl, 'blocked', 'namespace-user'],
    ['a writable root', () => container({}), writesRootfs, 'open', null],
    ['a read-only root', () => container({ readonlyRoot: true }), writesRootfs, 'blocked', 'mount'],
    [
      'a read-only root, and the right to change that',
      () => container({ readonlyRoot: true, caps: admin }),
      writesRootfs,
      'open',
      null,
    ],
    ['uid 0', () => container({}), isRoot, 'open', null],
    ['uid 0 of a user namespace', () => container({ users: true }), canBeHostRoot, 'blocked', 'namespace-user'],
    ['another user, who may gain nothing', () => container({ uid: 1000 }), canBeRoot, 'blocked', 'dac'],
    ['a sysfs', () => container({}), hasMounted({ types: ['sysfs'] }), 'open', null],
    ['no devpts', () => container({}), hasMounted({ types: ['devpts'] }), 'blocked', 'mount'],
    ['a network namespace with nothing in it', () => container({}), hasRoute('outside'), 'blocked', 'namespace-net'],
  ];

  test.each(rows)('%s', async (_, config, probe, verdict, by) => {
    const observation = await ask(config(), probe);
    expect(observation, observation.evidence.join('\n')).toMatchObject({ verdict, by });
    if (verdict !== 'unknown') expect(observation.evidence).not.toEqual([]);
  });

  test('a limit is found where there is one', async () => {
    const config = container({});
    const limited = {
      ...config,
      linux: { ...(config.linux as object), resources: { pids: { limit: 77 } } },
    } as OciConfig;
    expect(await ask(limited, unlimited('pids'))).toMatchObject({ verdict: 'blocked', by: 'cgroup-limit' });
    expect(await ask(config, unlimited('pids'))).toMatchObject({ verdict: 'open' });
  });
});
