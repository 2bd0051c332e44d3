import { readsKernelFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostStateRead } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'leak-interrupt-load',
  title: 'Container follows the soft interrupts of the host',
  mechanism: 'mount',
  phase: 'run',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [[readsKernelFile('/proc/softirqs')]],
  probe: hostStateRead('/proc/softirqs'),
  why: 'Counts of network, timer and block work per processor (fs/proc/softirqs.c) are world-readable and in no default list of masks, unlike /proc/interrupts.',
  fix: 'Mask /proc/softirqs, or a sandbox with a kernel of its own.',
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
    {
      kubernetes:
        '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {runtimeClassName: gvisor, containers: [{name: c, image: debian}]}}',
      verdict: 'blocked',
    },
  ],
});
