import { hostSysctl } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'host-kernel-pointers-shown',
  title: 'The host shows kernel addresses to everybody',
  mechanism: 'kernel',
  phase: 'host',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['host'],
  routes: [[hostSysctl('kernel.kptr_restrict', { is: 0 }), hostSysctl('kernel.perf_event_paranoid', { below: 2 })]],
  why: 'kallsyms_show_value() (kernel/ksyms_common.c) shows addresses without a capability where kptr_restrict is 0 and kernel profiling is open to all.',
  fix: 'kernel.kptr_restrict=1 or 2.',
  refs: {
    attack: ['T1082'],
    cisDocker: ['1.2.1'],
    nist800190: ['3.5.1'],
    cwe: ['CWE-497'],
    docs: ['proc_sys_kernel(5)'],
  },
  examples: [
    { hostProfile: 'sysctls: { kernel.kptr_restrict: 0, kernel.perf_event_paranoid: 1 }', verdict: 'open' },
    { hostProfile: 'sysctls: { kernel.kptr_restrict: 1, kernel.perf_event_paranoid: 1 }', verdict: 'blocked' },
  ],
});
