import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assembleTargets } from '../src/check/index.ts';
import { bareSession } from '../src/check/testing/session.ts';
import { CAPABILITIES } from '../src/kernel/index.ts';
import { Posture } from '../src/posture/index.ts';
import { ociText, toOciConfig } from '../src/posture/oci.ts';

/** Why no container can be started here; undefined where one can. */
function obstacle(): string | undefined {
  if (process.getuid?.() !== 0) return 'it is not run by root';
  if (spawnSync('runc', ['--version']).status !== 0) return 'runc is not installed (apt-get install runc)';
  if (!existsSync('/bin/busybox')) return '/bin/busybox is missing (apt-get install busybox-static)';
  return undefined;
}

const reason = obstacle();
const required = process.env.CI === 'true';

/** The machine that the test runs on, as a host profile would state it. */
function hostFacts(): Posture['statements'] {
  const modules = '/sys/kernel/security/lsm';
  const lsm = existsSync(modules) ? readFileSync(modules, 'utf8').trim().split(',') : [];
  const facts = {
    'host.kernel': release(),
    'host.arch': process.arch === 'arm64' ? 'aarch64' : 'x86_64',
    'host.lsm': lsm,
  } as const;
  return [{ phase: 'host', source: { kind: 'observed', from: 'this machine' }, facts }];
}

const SCRIPT = 'cat /proc/self/status; echo ---; cat /proc/self/mountinfo; echo ---; readlink /proc/self/ns/pid';

async function dockerPosture(): Promise<Posture> {
  const { objects } = await assembleTargets(["docker-run:run -e PATH=/bin debian sh -c 'true'"], bareSession());
  const posture = objects[0]?.posture;
  if (posture === undefined) throw new Error('the run line was not understood');
  const entry = {
    phase: 'request',
    source: { kind: 'changed', by: 'the test' },
    facts: { 'process.argv': ['sh', '-c', SCRIPT] },
  } as const;
  return new Posture([...hostFacts(), ...posture.statements, entry]);
}

/** Runs a bundle of busybox under the configuration and takes everything away again. */
function run(config: string): { stdout: string; stderr: string } {
  const bundle = mkdtempSync(join(tmpdir(), 'cofferdam-oci-'));
  const name = `cofferdam-test-${process.pid}`;
  try {
    mkdirSync(join(bundle, 'rootfs/bin'), { recursive: true });
    for (const program of ['busybox', 'sh', 'cat', 'readlink'])
      copyFileSync('/bin/busybox', join(bundle, 'rootfs/bin', program));
    writeFileSync(join(bundle, 'config.json'), config);
    const { stdout, stderr } = spawnSync('runc', ['run', '--bundle', bundle, name], {
      encoding: 'utf8',
      timeout: 30_000,
    });
    return { stdout, stderr };
  } finally {
    spawnSync('runc', ['delete', '--force', name]);
    rmSync(bundle, { recursive: true, force: true });
  }
}

describe(`an exported configuration, run by runc${reason === undefined ? '' : ` (not run: ${reason})`}`, () => {
  if (required && reason !== undefined)
    it('can be tried: a continuous integration must be able to', () => expect.unreachable(reason));

  it.runIf(reason === undefined)('gives the container that the posture describes', async () => {
    const posture = await dockerPosture();
    const { config } = toOciConfig(posture, { cpus: cpus().length });
    const { stdout, stderr } = run(ociText(config));
    expect(stderr).toBe('');
    const [status = '', mounts = ''] = stdout.split('---\n');
    const field = (key: string) => new RegExp(`^${key}:\\s*(.*)$`, 'm').exec(status)?.[1];
    const bounding = CAPABILITIES.reduce(
      (mask, capability, i) => (posture.known(`capability.bounding.${capability}`) ? mask | (1n << BigInt(i)) : mask),
      0n,
    );
    expect(BigInt(`0x${field('CapBnd')}`)).toBe(bounding);
    expect(BigInt(`0x${field('CapEff')}`)).toBe(bounding);
    expect(field('NoNewPrivs')).toBe(posture.known('process.no-new-privileges') ? '1' : '0');
    // 2: a filter (SECCOMP_MODE_FILTER).
    expect(field('Seccomp')).toBe('2');
    expect(field('Uid')).toBe('0\t0\t0\t0');
    const lines = mounts
      .trim()
      .split('\n')
      .map((line) => ({
        path: line.split(' ')[4] ?? '',
        options: (line.split(' ')[5] ?? '').split(','),
        type: line.split(' - ')[1]?.split(' ')[0] ?? '',
      }));
    const inside = new Map(lines.map(({ path, options }) => [path, options]));
    for (const [path, { value }] of posture.family<{ type: string; readonly: boolean; nosuid?: boolean } | 'none'>(
      'mount.',
    )) {
      if (typeof value === 'string' || !('type' in value) || value.type === 'engine-file') continue;
      // With cgroup v1 the runtime mounts each controller below, on a tmpfs of its own.
      const found =
        value.type === 'cgroup'
          ? lines.filter((line) => line.type.startsWith('cgroup'))
          : lines.filter((line) => line.path === path);
      expect([path, found.length > 0]).toEqual([path, true]);
      for (const { options } of found) {
        expect([path, options.includes('ro'), options.includes('nosuid')]).toEqual([
          path,
          value.readonly,
          value.nosuid === true,
        ]);
      }
    }
    // A mask is a mount of its own; which of the paths there are depends on the kernel.
    for (const [path, { value }] of posture.family<boolean>('masked.')) {
      if (value === true && existsSync(path)) expect([path, inside.has(path)]).toEqual([path, true]);
    }
    expect(inside.get('/proc/sys')).toContain('ro');
  });
});
