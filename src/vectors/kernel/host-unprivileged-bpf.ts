import { hostSysctl } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'host-unprivileged-bpf',
  title: 'The host lets everybody load BPF programs',
  mechanism: 'kernel',
  phase: 'host',
  goal: 'host-kernel',
  severity: 'medium',
  stride: 'E',
  appliesTo: ['host'],
  routes: [[hostSysctl('kernel.unprivileged_bpf_disabled', { is: 0 })]],
  why: 'With 0 every container whose filter lets bpf through reaches the verifier (__sys_bpf(), kernel/bpf/syscall.c). 1 closes it until the next boot, 2 until somebody changes it.',
  fix: 'kernel.unprivileged_bpf_disabled=1.',
  refs: { attack: ['T1068'], cisDocker: ['1.2.1'], nist800190: ['3.5.1'], cwe: ['CWE-693'], docs: ['bpf(2)'] },
  examples: [
    { hostProfile: 'sysctls: { kernel.unprivileged_bpf_disabled: 0 }', verdict: 'open' },
    { hostProfile: 'sysctls: { kernel.unprivileged_bpf_disabled: 2 }', verdict: 'blocked' },
  ],
});
