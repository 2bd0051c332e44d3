import { call } from '../../kernel/index.ts';
import { calls, capable, hostSysctl, kernelConfig } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, sharesKernel } from '../probe.ts';
import { needs, tries } from '../probe-questions.ts';

export default defineVector({
  id: 'userfaultfd-allowed',
  title: 'Container can hold up kernel code at page faults with userfaultfd',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'medium',
  stride: 'E',
  appliesTo: ['workload'],
  routes: [
    [
      calls('userfaultfd'),
      hostSysctl('vm.unprivileged_userfaultfd', { is: 1 }),
      kernelConfig('USERFAULTFD', { usually: 'passes' }),
    ],
    [calls('userfaultfd'), capable('SYS_PTRACE'), kernelConfig('USERFAULTFD', { usually: 'passes' })],
  ],
  probe: allOf(
    sharesKernel,
    tries('handles page faults of the kernel', call('userfaultfd', 0), ['ok'], {
      effects: ['makes-objects'],
      ...needs('SYS_PTRACE'),
    }),
  ),
  why: 'A descriptor that handles faults of the kernel stops a copy from user memory for as long as its owner likes, which makes races in other kernel code dependable. userfaultfd_syscall_allowed() (fs/userfaultfd.c) grants it to CAP_SYS_PTRACE of the initial user namespace or to all by sysctl, which is off since 5.11; the user-mode-only form is harmless here.',
  fix: 'Keep the call refused by the profile; vm.unprivileged_userfaultfd=0.',
  refs: {
    attack: ['T1068'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    docs: ['userfaultfd(2)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --security-opt seccomp=unconfined --cap-add SYS_PTRACE debian', verdict: 'open' },
    {
      docker: 'run --security-opt seccomp=unconfined --cap-add SYS_PTRACE debian',
      withDaemon: '{"userns-remap":"default"}',
      host: 'sysctls: { vm.unprivileged_userfaultfd: 0 }',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run --cap-add SYS_PTRACE debian', verdict: 'blocked', depth: 1 },
    {
      docker: 'run --security-opt seccomp=unconfined debian',
      host: 'sysctls: { vm.unprivileged_userfaultfd: 1 }',
      verdict: 'open',
    },
  ],
});
