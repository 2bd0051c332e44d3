import { expect, test } from 'vitest';
import { Posture, type Statement } from '../../posture/index.ts';
import { type LsmParams, lsm } from './lsm.ts';

type Facts = Statement['facts'];

const outcome = (facts: Facts, asked: LsmParams): string => {
  const all = { 'host.lsm': ['apparmor'], ...facts };
  const posture = new Posture([{ phase: 'create', source: { kind: 'observed', from: 'a test' }, facts: all }]);
  return lsm.evaluate(asked, posture).result;
};

/** What containers under each profile answered to an open for writing, in a guest with Debian's 6.12; unknown: the release of Docker decides. */
test.each<readonly [string, 'passes' | 'closed', 'passes' | 'closed' | 'unknown', string]>([
  ['/proc/sysrq-trigger', 'closed', 'closed', 'directly in /proc'],
  ['/proc/1/oom_score_adj', 'passes', 'passes', 'of a process'],
  ['/proc/irq/default_smp_affinity', 'closed', 'closed', 'three letters'],
  ['/proc/acpi/wakeup', 'closed', 'closed', 'four letters'],
  ['/proc/bus/pci/00/00.0', 'closed', 'unknown', 'three letters, the last an s: classes once took `/` in'],
  ['/proc/sys/vm/drop_caches', 'closed', 'closed', 'not below /proc/sys/k*'],
  ['/proc/sys/kernel/core_pattern', 'closed', 'closed', 'no letter of shm in its place'],
  ['/proc/sys/kernel/sysrq', 'closed', 'unknown', 'an s at the beginning'],
  ['/proc/sys/kernel/threads-max', 'closed', 'unknown', 'an h after it'],
  ['/proc/sys/kernel/yama/ptrace_scope', 'closed', 'unknown', 'an m after that'],
  ['/proc/sys/kernel/shmmax', 'closed', 'unknown', 'what is to be spared'],
  ['/sys/kernel/profiling', 'closed', 'closed', 'not below /sys/f*'],
  ['/sys/fs/cgroup/cgroup.procs', 'passes', 'passes', 'control groups'],
])('writes %s: %s, %s', (path, podman, docker) => {
  const asked = { operation: 'write', path } as const;
  expect(outcome({ 'lsm.apparmor': 'containers-default' }, asked)).toBe(podman);
  expect(outcome({ 'lsm.apparmor': 'docker-default' }, asked)).toBe(docker);
});

test.each([
  ['29.4.2', 'closed'],
  ['29.4.3', 'passes'],
] as const)('the template of Docker %s', (version, expected) => {
  const facts: Facts = { 'lsm.apparmor': 'docker-default', 'engine.name': 'docker', 'engine.version': version };
  expect(outcome(facts, { operation: 'write', path: '/proc/sys/kernel/sysrq' })).toBe(expected);
});

test.each([
  ['6.1.0-56-cloud-amd64', 'passes'],
  ['6.12.117+deb12-cloud-amd64', 'closed'],
] as const)('move_mount on %s', (kernel, expected) => {
  const facts: Facts = { 'lsm.apparmor': 'docker-default', 'host.kernel': kernel };
  expect(outcome(facts, { operation: 'move-mount' })).toBe(expected);
  expect(outcome(facts, { operation: 'mount' })).toBe('closed');
  expect(outcome(facts, { operation: 'detached-mount' })).toBe('passes');
});
