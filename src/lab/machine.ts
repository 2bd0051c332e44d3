import { arch, cpus, release, totalmem, userInfo } from 'node:os';
import type { z } from 'zod';
import { MACHINE, observeHost } from '../live/index.ts';
import { Posture, type Statement, Unknown } from '../posture/index.ts';
import type { machine } from './study.ts';

/** The machine that a run was made on, as far as it matters for comparing it with another. */
export function describeMachine(observed: readonly Statement[] = observeHost()): z.infer<typeof machine> {
  const host = new Posture(observed);
  const modules = MACHINE.text('/sys/kernel/security/lsm');
  const processors = cpus();
  return {
    kernel: release(),
    architecture: arch(),
    processor: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    securityModules: modules instanceof Unknown ? [] : modules.trim().split(',').filter(Boolean),
    controlGroups: host.known('host.cgroup') ?? 'unknown',
    user: nameOfUser(),
    node: process.version,
  };
}

/** A user without an entry in the password file has no name. */
function nameOfUser(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
