import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ResultDocument } from '../src/check/index.ts';
import { sessionOptions } from '../src/cli/commands/check.ts';
import { probeRuntime, proveTargets, runtimeNamed } from '../src/prove/index.ts';
import { BuiltCommand } from './command.ts';
import { lacking } from './support/runtimes.ts';

/* Real sandboxes of every kind, started, probed and taken away again. */

const PROGRAMS: readonly (readonly [runtime: string, ...programs: string[]])[] = [
  ['process'],
  ['embedded'],
  ['runc', 'runc'],
  ['bwrap', 'bwrap'],
  ['systemd-nspawn', 'systemd-nspawn'],
  ['firejail', 'firejail'],
  ['runsc', 'runsc'],
  ['chroot', 'chroot'],
  ['unshare', 'unshare'],
  ['lxc', 'lxc-start'],
  ['podman', 'podman', 'runc'],
  ['containerd', 'ctr', 'containerd'],
  ['docker', 'dockerd', 'docker'],
  ['docker-runsc', 'dockerd', 'docker', 'runsc'],
  ['exec:bwrap --unshare-all --ro-bind / / --proc /proc --dev /dev {agent}', 'bwrap'],
];

/** Folders of sandboxes are made below it; other tests have others. */
const own = mkdtempSync(join(tmpdir(), 'cofferdam-test-'));
const outside = process.env.TMPDIR;
beforeAll(() => {
  process.env.TMPDIR = own;
});
afterEach(async () => {
  await expect.poll(() => readdirSync(own), { timeout: 10_000 }).toEqual([]);
});
afterAll(() => {
  if (outside === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = outside;
  rmSync(own, { recursive: true });
});

const findingsOf = (result: ResultDocument) => result.targets.flatMap((target) => target.findings);

/** Predicted blocked, and proven open: the one defect that must not be. */
function falselyBlocked(result: ResultDocument): string[] {
  return findingsOf(result)
    .filter(({ verdict, proof }) => verdict === 'blocked' && proof?.verdict === 'open')
    .map(({ vector, proof }) => `${vector}: ${proof?.evidence.join('; ')}`);
}

describe('probe', () => {
  test.for(PROGRAMS)('%s', async ([name, ...programs], { skip }) => {
    const reason = lacking({ programs });
    if (reason !== undefined) skip(reason);
    const result = await probeRuntime(runtimeNamed(name), sessionOptions([], {}));
    const proven = findingsOf(result).filter(({ proof }) => proof !== null && proof.verdict !== 'unknown');
    expect(proven.length).toBeGreaterThan(140);
    expect(proven.every(({ proof }) => (proof?.evidence.length ?? 0) > 0)).toBe(true);
    expect(falselyBlocked(result)).toEqual([]);
  });

  test.for([
    ['hangs', 'exec:sleep 60; true', /gave no answer within 0\.5 s/],
    ['dies', "exec:sh -c 'echo no such image >&2; exit 3'; true", /ended before it answered.*no such image/],
    ['says something else first, and goes', 'exec:echo starting; true', /ended before it answered.*starting/],
    ['is not there', 'exec:no-such-runtime', /ended before it answered/],
    [
      'speaks another language',
      'exec:head -c 100000 /dev/zero; true',
      /ended before it answered|sent what no stub sends/,
    ],
  ] as const)('a sandbox that %s is one clear error, in time', async ([, name, message]) => {
    const started = Date.now();
    await expect(probeRuntime(runtimeNamed(name), sessionOptions([], {}), { timeoutMs: 500 })).rejects.toMatchObject({
      code: 'sandbox',
      message: expect.stringMatching(message),
    });
    expect(Date.now() - started).toBeLessThan(20_000);
  });

  test('noise before the stub speaks is passed over', async ({ skip }) => {
    const reason = lacking({ programs: ['bwrap'] });
    if (reason !== undefined) skip(reason);
    const result = await probeRuntime(runtimeNamed('exec:echo hello; exec {agent}'), sessionOptions([], {}));
    expect(result.summary.proof?.agrees).toBeGreaterThan(100);
  });

  test('a runtime that is not known is named with those that are', () => {
    expect(() => runtimeNamed('dokcer')).toThrow(/no runtime `dokcer`/);
  });
});

describe('check --prove', () => {
  test.for([
    ['', 'nothing stated'],
    [
      '--cap-drop ALL --read-only --security-opt no-new-privileges --user 1000:1000 --memory 64m --pids-limit 50',
      'hardened',
    ],
    ['--privileged', 'privileged'],
    ['--cap-add SYS_ADMIN --security-opt seccomp=unconfined', 'a capability, no filter'],
    ['--pid host --ipc host --network host --uts host', 'namespaces of the host'],
    ['-v /etc:/host-etc -v /:/host:ro', 'paths of the host'],
    ['--device /dev/fuse --device /dev/net/tun', 'devices'],
  ] as const)('docker run %s (%s): no vector is predicted blocked and proven open', async ([options], { skip }) => {
    const reason = lacking({ programs: [] });
    if (reason !== undefined) skip(reason);
    const targets = [`docker-run:${options} image`];
    for (const runtime of ['embedded', 'runc']) {
      if (lacking({ programs: runtime === 'runc' ? ['runc'] : [] }) !== undefined) continue;
      const result = await proveTargets(targets, sessionOptions([], {}), { runtime: runtimeNamed(runtime) });
      expect(result.targets[0]?.sandbox?.failure).toBeUndefined();
      expect(falselyBlocked(result)).toEqual([]);
      expect(result.summary.proof?.agrees).toBeGreaterThan(180);
    }
  });

  test('a bundle without a mount namespace mounts nothing in that of the host', async ({ skip }) => {
    const reason = lacking({ programs: ['runc'] });
    if (reason !== undefined) skip(reason);
    const mounted = () => readFileSync('/proc/self/mountinfo', 'utf8').includes(own);
    const process = { user: { uid: 0, gid: 0 } };
    const mounts = [{ destination: '/proc', type: 'proc', source: 'proc' }];
    for (const runtime of ['runc', 'embedded']) {
      const sandbox = await runtimeNamed(runtime).start({ config: { process, mounts, linux: {} } });
      await sandbox.close();
      expect(sandbox.missing.flatMap(({ facts }) => facts)).toContain('namespace.mnt');
      expect(mounted()).toBe(false);
    }
  });

  test.for([
    ['root', 0],
    ['another user', 1000],
  ] as const)('a running process in a user namespace is joined as %s', async ([, uid], { skip }) => {
    const reason = lacking({ programs: [] });
    if (reason !== undefined) skip(reason);
    const map = [{ containerID: 0, hostID: 100_000, size: 65_536 }];
    const linux = {
      namespaces: ['mount', 'pid', 'user'].map((type) => ({ type })),
      uidMappings: map,
      gidMappings: map,
    };
    const sandbox = await runtimeNamed('embedded').start({ config: { process: { user: { uid, gid: uid } }, linux } });
    try {
      const prove = { runtime: runtimeNamed('embedded') };
      const result = await proveTargets([`pid:${sandbox.pid}`], sessionOptions([], {}), prove);
      expect(result.targets[0]?.sandbox).toMatchObject({ runtime: `pid:${sandbox.pid}`, missing: [] });
      expect(falselyBlocked(result)).toEqual([]);
      expect(result.summary.proof?.agrees).toBeGreaterThan(140);
    } finally {
      await sandbox.close();
    }
  });

  test('a runtime that performs no configuration is refused before anything starts', async () => {
    const prove = { runtime: runtimeNamed('bwrap') };
    await expect(proveTargets(['docker-run:image'], sessionOptions([], {}), prove)).rejects.toThrow(
      /no OCI configuration/,
    );
  });

  test('what no container of this kernel stands for is said, and the rest goes on', async () => {
    const targets = ['docker-run:--runtime runsc image'];
    const result = await proveTargets(targets, sessionOptions([], {}), { runtime: runtimeNamed('embedded') });
    expect(result.targets[0]?.sandbox?.failure?.message).toMatch(/runs under runsc/);
    expect(result.summary.proof).toMatchObject({ agrees: 0, disagrees: 0 });
  });
});

describe('as an ordinary user', () => {
  // The command as it is built, where everybody may read it.
  const command = BuiltCommand.build();
  afterAll(() => command.remove());

  test.for([
    ['process', 'setpriv'],
    ['embedded', 'setpriv'],
    ['bwrap', 'setpriv', 'bwrap'],
    ['runc', 'setpriv', 'runc'],
  ] as const)('%s', ([name, ...programs], { skip }) => {
    const reason = lacking({ programs });
    if (reason !== undefined) skip(reason);
    const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups'];
    const words = [process.execPath, command.path, 'probe', name, '--format', 'json'];
    const environment = { PATH: process.env.PATH, HOME: '/nonexistent' };
    const run = spawnSync('setpriv', [...nobody, ...words], {
      encoding: 'utf8',
      env: environment,
      maxBuffer: 2 ** 28,
    });
    expect(run.stderr).toBe('');
    const result = JSON.parse(run.stdout) as ResultDocument;
    expect(falselyBlocked(result)).toEqual([]);
    expect(
      findingsOf(result).filter(({ proof }) => proof !== null && proof.verdict !== 'unknown').length,
    ).toBeGreaterThan(100);
  });
});
