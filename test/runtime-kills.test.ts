import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BuiltCommand } from './command.ts';
import { lacking } from './support/runtimes.ts';

/* The whole command is killed while it probes a sandbox of each kind: early, and when the sandbox may be there. Nothing stays. */

let command: BuiltCommand;
const own = mkdtempSync(join(tmpdir(), 'cofferdam-test-'));
beforeAll(() => {
  command = BuiltCommand.build();
});
afterAll(() => {
  command.remove();
  rmSync(own, { recursive: true, force: true });
});

/** Whatever was started under our folder for temporary files, daemons and their helpers among it: it is in their environment. */
function processes(): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      const environment = /^\d+$/.test(pid) ? readFileSync(`/proc/${pid}/environ`, 'utf8') : '';
      return environment.includes(own) ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')] : [];
    } catch {
      return [];
    }
  });
}

function groups(): string[] {
  return ['', ...readdirSync('/sys/fs/cgroup')].flatMap((hierarchy) => {
    try {
      return readdirSync(join('/sys/fs/cgroup', hierarchy))
        .filter((name) => name.includes('cofferdam-'))
        .map((name) => join(hierarchy, name));
    } catch {
      return [];
    }
  });
}

const mounts = (): string[] =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.includes(own));

const KILLED_AFTER_MS = [500, 1000];

test.for([
  ['runc', 'runc'],
  ['runsc', 'runsc'],
  ['unshare', 'unshare'],
  ['bwrap', 'bwrap'],
  ['systemd-nspawn', 'systemd-nspawn'],
  ['lxc', 'lxc-start'],
  ['podman', 'podman'],
  ['docker', 'dockerd'],
  ['docker-runsc', 'dockerd'],
  ['containerd', 'containerd'],
] as const)('a probe of %s that is killed leaves nothing', { timeout: 90_000 }, async ([name, program], { skip }) => {
  const reason = lacking({ programs: [program] });
  if (reason !== undefined) skip(reason);
  for (const moment of KILLED_AFTER_MS) {
    const before = new Set(groups());
    const child = spawn(process.execPath, [command.path, 'probe', name], {
      stdio: 'ignore',
      env: { ...process.env, TMPDIR: own },
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    await after(moment);
    child.kill('SIGKILL');
    await ended;
    // Other tests make groups meanwhile, and take them away.
    const made = groups().filter((group) => !before.has(group));
    const left = () => ({
      processes: processes(),
      folders: readdirSync(own),
      groups: groups().filter((group) => made.includes(group)),
      mounts: mounts(),
    });
    await expect
      .poll(left, { timeout: 30_000, interval: 200 })
      .toEqual({ processes: [], folders: [], groups: [], mounts: [] });
  }
});
