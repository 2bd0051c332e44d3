import { any, kernel, kernelConfig, readsKernelFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, hostHas } from '../probe.ts';
import { hostStateRead } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'leak-pressure',
  title: 'Container follows the resource pressure of the host',
  mechanism: 'mount',
  phase: 'run',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [
    [
      any(
        'one of the files',
        readsKernelFile('/proc/pressure/cpu'),
        readsKernelFile('/proc/pressure/memory'),
        readsKernelFile('/proc/pressure/io'),
      ),
      kernelConfig('PSI', { usually: 'passes' }),
      kernel({ since: '4.20', usually: 'passes' }),
    ],
  ],
  probe: allOf(
    anyOf(
      hostStateRead('/proc/pressure/cpu'),
      hostStateRead('/proc/pressure/memory'),
      hostStateRead('/proc/pressure/io'),
    ),
    hostHas(kernelConfig('PSI', { usually: 'passes' })),
    hostHas(kernel({ since: '4.20', usually: 'passes' })),
  ),
  why: 'Pressure stall information is of the machine (psi_show(), kernel/sched/psi.c, 4.20); only cgroup files narrow it. It tells when neighbours are short of processor, memory or disk.',
  fix: 'Mask /proc/pressure, boot with psi=0, or a sandbox with a kernel of its own.',
  refs: {
    attack: ['T1082'],
    nist800190: ['3.5.2'],
    cwe: ['CWE-497', 'CWE-203'],
    papers: ['containerleaks'],
    docs: ['proc(5)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'open' },
    { docker: 'run --user 1000 --cap-drop ALL --read-only debian', verdict: 'open' },
    { docker: 'run --runtime runsc debian', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', host: 'kernel-config: { PSI: "n" }', verdict: 'blocked', depth: 1 },
    {
      kubernetes:
        '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {runtimeClassName: gvisor, containers: [{name: c, image: debian}]}}',
      verdict: 'blocked',
    },
  ],
});
