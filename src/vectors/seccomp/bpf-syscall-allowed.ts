import { calls, hostSysctl, kernelConfig } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, sharesKernel } from '../probe.ts';
import { loadsProgram, PROGRAM, RETURNS, tries } from '../probe-questions.ts';

export default defineVector({
  id: 'bpf-syscall-allowed',
  title: 'Container can load BPF programs without a capability',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'high',
  stride: 'TIE',
  appliesTo: ['workload'],
  routes: [
    [
      calls('bpf'),
      hostSysctl('kernel.unprivileged_bpf_disabled', { is: 0 }),
      kernelConfig('BPF_SYSCALL', { usually: 'passes' }),
    ],
  ],
  probe: allOf(
    sharesKernel,
    tries('loads a program without a capability', loadsProgram(PROGRAM.SOCKET_FILTER, RETURNS), ['ok'], {
      effects: ['makes-objects'],
      as: 'unprivileged',
    }),
  ),
  why: 'With kernel.unprivileged_bpf_disabled=0, __sys_bpf() (kernel/bpf/syscall.c) lets anybody load socket filters, whose verifier was a rich source of kernel flaws. Since 5.16 kernels are built with the restriction on (BPF_UNPRIV_DEFAULT_OFF), so only a host that switched it back is open.',
  fix: 'Keep bpf refused by the profile; kernel.unprivileged_bpf_disabled=1 or 2 on the host.',
  refs: {
    attack: ['T1068', 'T1014'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    cve: ['CVE-2021-3490', 'CVE-2017-16995'],
    docs: ['bpf(2)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    {
      docker: 'run --security-opt seccomp=unconfined debian',
      host: 'sysctls: { kernel.unprivileged_bpf_disabled: 0 }',
      verdict: 'open',
    },
    {
      docker: 'run --security-opt seccomp=unconfined debian',
      host: 'sysctls: { kernel.unprivileged_bpf_disabled: 2 }',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run --security-opt seccomp=unconfined debian', verdict: 'unknown' },
  ],
});
