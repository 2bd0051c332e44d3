import { call, out } from '../../kernel/index.ts';
import { calls, kernelConfig } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, sharesKernel } from '../probe.ts';
import { tries } from '../probe-questions.ts';

export default defineVector({
  id: 'modify-ldt-allowed',
  title: 'Container can install segment descriptors with modify_ldt',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'low',
  stride: 'E',
  appliesTo: ['workload'],
  routes: [[calls('modify_ldt'), kernelConfig('MODIFY_LDT_SYSCALL', { usually: 'passes' })]],
  probe: allOf(
    sharesKernel,
    tries('reads its own descriptor table', call('modify_ldt', 0, out(16), 16), ['ok'], {
      effects: ['changes-itself'],
    }),
  ),
  why: 'modify_ldt (arch/x86/kernel/ldt.c) needs no capability and changes how the entry code must save and restore state; it was behind several x86 flaws. Docker and containerd allow it on x86-64 for 16-bit and Wine-like programs. aarch64 has no such call.',
  fix: 'Refuse modify_ldt in the profile; build kernels without CONFIG_MODIFY_LDT_SYSCALL.',
  refs: {
    attack: ['T1068'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    cve: ['CVE-2015-5157'],
    docs: ['modify_ldt(2)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'open' },
    { docker: 'run debian', host: 'arch: aarch64', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', host: 'kernel-config: { MODIFY_LDT_SYSCALL: "n" }', verdict: 'blocked', depth: 1 },
    { docker: 'run --runtime runsc debian', verdict: 'blocked', depth: 1 },
  ],
});
