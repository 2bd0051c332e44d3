import { capable, hostSysctl, readsKernelFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, hostHas } from '../probe.ts';
import { capableOnHost } from '../probe-questions.ts';
import { hostFileRead } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'kernel-symbols-readable',
  title: 'Container can see the addresses of kernel symbols',
  mechanism: 'kernel',
  phase: 'host',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [
    [
      readsKernelFile('/proc/kallsyms'),
      hostSysctl('kernel.kptr_restrict', { is: 0 }),
      hostSysctl('kernel.perf_event_paranoid', { below: 2 }),
    ],
    [
      readsKernelFile('/proc/kallsyms'),
      capable('SYSLOG'),
      hostSysctl('kernel.kptr_restrict', { in: [0, 1] }, { usually: 'passes' }),
    ],
  ],
  probe: allOf(
    hostFileRead('/proc/kallsyms'),
    anyOf(
      allOf(
        hostHas(hostSysctl('kernel.kptr_restrict', { is: 0 })),
        hostHas(hostSysctl('kernel.perf_event_paranoid', { below: 2 })),
      ),
      allOf(
        capableOnHost('SYSLOG'),
        hostHas(hostSysctl('kernel.kptr_restrict', { in: [0, 1] }, { usually: 'passes' })),
      ),
    ),
  ),
  why: 'Addresses of functions undo the randomisation of the kernel for every later flaw. kallsyms_show_value() (kernel/ksyms_common.c) shows them to all where kptr_restrict is 0 and perf_event_paranoid below 2, and to CAP_SYSLOG of the initial user namespace unless kptr_restrict is 2.',
  fix: 'kernel.kptr_restrict=2, or 1 and no CAP_SYSLOG.',
  refs: { attack: ['T1082'], nist800190: ['3.5.2'], cwe: ['CWE-497'], docs: ['proc_sys_kernel(5)'] },
  examples: [
    {
      docker: 'run debian',
      host: 'sysctls: { kernel.kptr_restrict: 1, kernel.perf_event_paranoid: 2 }',
      verdict: 'blocked',
      depth: 1,
    },
    {
      docker: 'run debian',
      host: 'sysctls: { kernel.kptr_restrict: 0, kernel.perf_event_paranoid: 1 }',
      verdict: 'open',
    },
    {
      docker: 'run debian',
      host: 'sysctls: { kernel.kptr_restrict: 0, kernel.perf_event_paranoid: 2 }',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run --cap-add SYSLOG debian', verdict: 'open' },
    {
      docker: 'run --cap-add SYSLOG debian',
      host: 'sysctls: { kernel.kptr_restrict: 2 }',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run --privileged --runtime runsc debian', verdict: 'blocked', depth: 1 },
  ],
});
