import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sessionOptions } from '../src/cli/commands/check.ts';
import { observeHost, readProcess } from '../src/live/index.ts';
import { Posture } from '../src/posture/index.ts';
import { probeRuntime, runtimeNamed } from '../src/prove/index.ts';
import { openHost } from '../src/prove/stage.ts';
import { DEFAULT_CONFIG } from '../src/runtimes/embedded/default.data.ts';
import { embeddedOn, type GuestMachine, guestMachine } from '../src/runtimes/index.ts';
import { findKernel } from '../src/runtimes/vm/kernel-image.ts';
import { lacking } from './support/runtimes.ts';

/* Virtual machines under software emulation, started, probed and taken away again. Slow where the processors are busy. */

const reason = lacking({ programs: ['qemu-system-x86_64', 'mkfifo'], root: false }) ?? withoutKernel();
const withoutProfiles = lacking({ programs: ['apparmor_parser'], root: false });
const TIMEOUT_MS = 240_000;

function withoutKernel(): string | undefined {
  try {
    findKernel();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

const own = mkdtempSync(join(tmpdir(), 'cofferdam-test-'));
const outside = process.env.TMPDIR;
beforeAll(() => {
  process.env.TMPDIR = own;
});
afterAll(() => {
  if (outside === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = outside;
  rmSync(own, { recursive: true });
});

test.skipIf(reason !== undefined)(
  `a virtual machine shares nothing with this one${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: TIMEOUT_MS },
  async () => {
    const { targets } = await probeRuntime(runtimeNamed('qemu'), sessionOptions([], {}));
    const findings = targets.flatMap((target) => target.findings);
    const proven = findings.filter(({ proof }) => proof !== null && proof.verdict !== 'unknown');
    expect(proven.length).toBeGreaterThan(140);
    const verdict = (vector: string) => findings.find((finding) => finding.vector === vector)?.proof?.verdict;
    for (const vector of ['host-pid-namespace', 'leak-host-memory', 'leak-kernel-release', 'docker-socket-mount']) {
      expect([vector, verdict(vector)]).toEqual([vector, 'blocked']);
    }
  },
);

describe.skipIf(reason !== undefined).each([['v2'], ['v1']] as const)(
  'a guest with control groups of %s',
  (cgroups) => {
    let machine: GuestMachine;
    beforeAll(async () => {
      machine = await guestMachine({ cgroups, appArmor: withoutProfiles === undefined });
    }, TIMEOUT_MS);
    afterAll(() => machine?.close());

    test('performs a configuration, one after the other, and shows its posture', { timeout: TIMEOUT_MS }, async () => {
      const host = await openHost(machine);
      const linux = { ...(DEFAULT_CONFIG.linux as object), resources: { pids: { limit: 77 } } };
      const section = DEFAULT_CONFIG.process as object;
      const profiled = withoutProfiles === undefined ? { apparmorProfile: 'docker-default' } : {};
      const config = { ...DEFAULT_CONFIG, process: { ...section, ...profiled }, linux };
      for (let i = 0; i < 3; i++) {
        const sandbox = await embeddedOn(machine).start({ config });
        const pid = sandbox.pid ?? 0;
        const tracer = async () => host.session;
        const { subjects } = await readProcess(pid, { files: machine.files, tracer });
        const posture = new Posture((subjects[0]?.layers ?? []).flatMap(({ statements }) => statements));
        expect(sandbox.missing.map(({ step }) => step)).toEqual(['root']);
        expect(posture.known('limit.pids')).toBe(77);
        expect(posture.known('namespace.pid')).toBe('private');
        if (withoutProfiles === undefined) expect(posture.known('lsm.apparmor')).toBe('docker-default');
        await sandbox.close();
        expect(machine.files.stat(`/proc/${pid}`)).toHaveProperty('code', 'ENOENT');
      }
      await host.close();
    });

    test('is another machine to what looks at it', () => {
      const posture = new Posture(observeHost({ files: machine.files }));
      expect(posture.known('host.kernel')).toBe(findKernel().release);
      expect(posture.known('host.fact.cpus')).toBe(1);
    });
  },
);

test.skipIf(reason !== undefined)(
  'ends with the program that started it, however that ends',
  { timeout: TIMEOUT_MS },
  async () => {
    const source = new URL('../src/runtimes/vm/guest-machine.ts', import.meta.url).href;
    const program = `const { guestMachine } = await import(${JSON.stringify(source)});
      await guestMachine({ cgroups: 'v2', appArmor: false }); console.log('ready');`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, TMPDIR: own },
    });
    await new Promise<void>((resolve, reject) => {
      child.stdout.once('data', () => resolve());
      child.once('exit', () => reject(new Error('it ended by itself')));
    });
    const machines = (): readonly string[] => runningWith(own);
    expect(machines()).toHaveLength(1);
    child.removeAllListeners('exit');
    child.kill('SIGKILL');
    await expect.poll(machines, { timeout: 10_000 }).toEqual([]);
    // Nor did those before it leave anything.
    const left = (): string[] => readdirSync(own).filter((name) => name.startsWith('cofferdam-'));
    await expect.poll(left, { timeout: 10_000 }).toEqual([]);
  },
);

/** Machines whose files lay below a folder. */
function runningWith(folder: string): readonly string[] {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && commandOf(pid).includes(`path=${folder}/`));
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
