import { host, hostSysctl } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'host-ptrace-unrestricted',
  title: 'The host lets a process trace any other of the same user',
  mechanism: 'kernel',
  phase: 'host',
  goal: 'credential',
  severity: 'low',
  stride: 'TI',
  appliesTo: ['host'],
  routes: [
    [hostSysctl('kernel.yama.ptrace_scope', { is: 0 })],
    [host('host.lsm', { notMatches: '^yama$' }, { title: 'Yama is not active' })],
  ],
  why: 'Without Yama, or with scope 0, __ptrace_may_access() (kernel/ptrace.c) asks only for equal ids and a dumpable process: one compromised program reads the memory of each other of its user, agents with keys and sudo sessions too. Containers that share the PID namespace are in the same place.',
  fix: 'kernel.yama.ptrace_scope=1 or higher.',
  refs: {
    attack: ['T1055.008'],
    cisDocker: ['1.2.1'],
    nist800190: ['3.5.1'],
    cwe: ['CWE-276'],
    docs: ['Documentation/admin-guide/LSM/Yama.rst'],
  },
  examples: [
    { hostProfile: '{ lsm: [capability, yama, apparmor], sysctls: { kernel.yama.ptrace_scope: 0 } }', verdict: 'open' },
    { hostProfile: '{ lsm: [capability, selinux] }', verdict: 'open' },
    {
      hostProfile: '{ lsm: [capability, yama, apparmor], sysctls: { kernel.yama.ptrace_scope: 1 } }',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
