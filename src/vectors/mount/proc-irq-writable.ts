import { kernelConfig, writesRootFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, hostHas } from '../probe.ts';
import { hostFileWritten } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'proc-irq-writable',
  title: 'Container can move the interrupts of the host between processors',
  mechanism: 'mount',
  phase: 'create',
  goal: 'denial-of-service',
  severity: 'medium',
  stride: 'TD',
  appliesTo: ['workload'],
  routes: [[writesRootFile('/proc/irq/default_smp_affinity'), kernelConfig('SMP', { usually: 'passes' })]],
  probe: allOf(hostFileWritten('/proc/irq/default_smp_affinity'), hostHas(kernelConfig('SMP', { usually: 'passes' }))),
  why: 'default_affinity_write() and write_irq_affinity() (kernel/irq/proc.c) ask for the mode of the file only. All interrupts on one processor slow the machine down, and steered ones disturb a chosen neighbour. Engines keep /proc/irq read-only.',
  fix: 'Keep /proc/irq read-only.',
  refs: {
    attack: ['T1499'],
    nist800190: ['3.4.3'],
    pss: ['baseline:procMount'],
    cwe: ['CWE-732'],
    docs: ['Documentation/core-api/irq/irq-affinity.rst'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --privileged debian', verdict: 'open' },
    { docker: 'run --security-opt systempaths=unconfined debian', host: 'lsm: [capability]', verdict: 'open' },
    { docker: 'run -v /proc/irq:/irq debian', verdict: 'open' },
  ],
});
