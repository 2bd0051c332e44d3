import { calls, hostSysctl } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, sharesKernel } from '../probe.ts';
import { opensCounter, tries } from '../probe-questions.ts';

export default defineVector({
  id: 'perf-event-open-allowed',
  title: 'Container can open performance counters without a capability',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'information',
  severity: 'medium',
  stride: 'IE',
  appliesTo: ['workload'],
  routes: [[calls('perf_event_open'), hostSysctl('kernel.perf_event_paranoid', { below: 3 })]],
  probe: allOf(
    sharesKernel,
    tries('counts its own work without a capability', opensCounter('itself'), ['ok'], {
      effects: ['makes-objects'],
      as: 'unprivileged',
    }),
  ),
  why: 'perf_event_open() (kernel/events/core.c) lets everybody measure processes it may trace unless perf_event_paranoid forbids: 2 leaves user-space counting, 1 adds the kernel’s side, and only 3, a change that Debian and Ubuntu carry, closes it. Counters time what neighbours do on shared caches, and the subsystem had memory-safety flaws.',
  fix: 'Keep the call refused by the profile; kernel.perf_event_paranoid=3 where the distribution has it.',
  refs: {
    attack: ['T1082', 'T1068'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    docs: ['perf_event_open(2)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    {
      docker: 'run --security-opt seccomp=unconfined debian',
      host: 'sysctls: { kernel.perf_event_paranoid: 2 }',
      verdict: 'open',
    },
    {
      docker: 'run --security-opt seccomp=unconfined debian',
      host: 'sysctls: { kernel.perf_event_paranoid: 4 }',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run --cap-add PERFMON debian', host: 'sysctls: { kernel.perf_event_paranoid: 2 }', verdict: 'open' },
  ],
});
