import { readsKernelFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostStateRead } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'proc-interrupts-readable',
  title: 'Container can follow the interrupt counters of the host',
  mechanism: 'mount',
  phase: 'run',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [[readsKernelFile('/proc/interrupts')]],
  probe: hostStateRead('/proc/interrupts'),
  why: 'Counts per interrupt and processor are world-readable (show_interrupts(), kernel/irq/proc.c) and follow network, disk and keyboard activity of everybody on the machine. Docker masks the file since 28.0.2, containerd since September 2026.',
  fix: 'Update the engine, or add the path to maskedPaths.',
  refs: {
    attack: ['T1082'],
    nist800190: ['3.4.3'],
    pss: ['baseline:procMount'],
    cwe: ['CWE-497', 'CWE-203'],
    papers: ['containerleaks'],
    docs: ['proc_interrupts(5)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', engine: 'docker@27', verdict: 'open' },
    { docker: 'run --user 1000 --cap-drop ALL debian', engine: 'docker@27', verdict: 'open' },
    { docker: 'run --security-opt systempaths=unconfined debian', verdict: 'open' },
    { docker: 'run --runtime runsc debian', engine: 'docker@27', verdict: 'blocked', depth: 1 },
  ],
});
