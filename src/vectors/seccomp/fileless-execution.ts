import { any, hostSysctl, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { HARMLESS } from '../harmless-calls.data.ts';
import { allOf } from '../probe.ts';
import { passesFilter, tries } from '../probe-questions.ts';

export default defineVector({
  id: 'fileless-execution',
  title: 'Container can run programs from memory that are in no file system',
  mechanism: 'seccomp',
  phase: 'run',
  goal: 'privilege-in-container',
  severity: 'low',
  stride: 'TR',
  appliesTo: ['workload'],
  routes: [
    [
      syscall('memfd_create'),
      any('execute by descriptor', syscall('execveat'), syscall('execve')),
      hostSysctl('vm.memfd_noexec', { isNot: 2 }, { usually: 'passes' }),
    ],
  ],
  probe: allOf(
    tries('makes a file in memory that may be executed', HARMLESS.memfd_create.call, ['ok'], {
      effects: ['makes-objects'],
    }),
    passesFilter('execveat', 'execve'),
  ),
  why: 'A file of memfd_create (mm/memfd.c) is executed by descriptor or through /proc/self/fd, so a read-only root, noexec mounts and a scan of the image say nothing about what runs. vm.memfd_noexec=2 (6.3, per PID namespace) makes such files never executable.',
  fix: 'vm.memfd_noexec=2 where no program needs it (runc once did); refuse memfd_create in the profile.',
  refs: { attack: ['T1059', 'T1211'], nist800190: ['3.4.5'], cwe: ['CWE-693'], docs: ['memfd_create(2)'] },
  examples: [
    { docker: 'run --read-only debian', verdict: 'open' },
    { docker: 'run --read-only debian', host: 'sysctls: { vm.memfd_noexec: 2 }', verdict: 'blocked', depth: 1 },
    {
      oci: '{"ociVersion":"1.2.0","process":{"args":["sh"],"cwd":"/"},"root":{"path":"rootfs"},"linux":{"seccomp":{"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86_64"],"syscalls":[{"names":["memfd_create"],"action":"SCMP_ACT_ERRNO"}]}}}',
      verdict: 'blocked',
    },
  ],
});
