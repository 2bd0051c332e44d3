import { any, kernelConfig, writesRootFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, says } from '../probe.ts';
import { hostFileWritten } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'sys-power-state-writable',
  title: 'Container can suspend the host',
  mechanism: 'mount',
  phase: 'create',
  goal: 'denial-of-service',
  severity: 'high',
  stride: 'D',
  appliesTo: ['workload'],
  routes: [
    [
      writesRootFile('/sys/power/state'),
      any(
        'there is a state to go to',
        kernelConfig('SUSPEND', { usually: 'passes' }),
        kernelConfig('HIBERNATION', { usually: 'passes' }),
      ),
    ],
  ],
  // Without either the file is there, and names no state.
  probe: allOf(
    hostFileWritten('/sys/power/state'),
    says('/sys/power/state', { matches: '[a-z]', outside: true, mechanism: 'kernel', absent: 'blocked' }),
  ),
  why: 'state_store() (kernel/power/main.c) suspends the machine for whoever may open the file, which belongs to the host’s root with mode 0644.',
  fix: 'Mount sysfs read-only.',
  refs: {
    attack: ['T1529', 'T1499'],
    nist800190: ['3.4.3'],
    pss: ['baseline:privileged'],
    cwe: ['CWE-732'],
    docs: ['Documentation/admin-guide/pm/sleep-states.rst'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --privileged debian', verdict: 'open' },
    { docker: 'run -v /sys/power:/power debian', verdict: 'open' },
    {
      docker: 'run --privileged debian',
      host: 'kernel-config: { SUSPEND: "n", HIBERNATION: "n" }',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
