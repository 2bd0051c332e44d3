import { hostSysctl } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'host-userfaultfd-unrestricted',
  title: 'The host lets everybody stop the kernel at a page fault',
  mechanism: 'kernel',
  phase: 'host',
  goal: 'host-kernel',
  severity: 'low',
  stride: 'E',
  appliesTo: ['host'],
  routes: [[hostSysctl('vm.unprivileged_userfaultfd', { is: 1 })]],
  why: 'A process that handles the faults of the kernel in its own memory decides how long copy_from_user() takes, which turns a race into a certainty. Since 5.11 the system call (fs/userfaultfd.c, userfaultfd_syscall_allowed() of 6.1) asks for CAP_SYS_PTRACE or user mode only, unless this sysctl is 1.',
  fix: 'vm.unprivileged_userfaultfd=0.',
  refs: {
    attack: ['T1068'],
    cisDocker: ['1.2.1'],
    nist800190: ['3.5.1'],
    cwe: ['CWE-1188'],
    docs: ['userfaultfd(2)', 'Documentation/admin-guide/sysctl/vm.rst'],
  },
  examples: [
    { hostProfile: 'sysctls: { vm.unprivileged_userfaultfd: 1 }', verdict: 'open' },
    { hostProfile: 'sysctls: { vm.unprivileged_userfaultfd: 0 }', verdict: 'blocked', depth: 1 },
  ],
});
