import { fact, host, sharedKernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, says, sharesKernel, untold } from '../probe.ts';
import { unlimited } from '../probe-places.ts';

export default defineVector({
  id: 'oom-protection-misused',
  title: 'Container is spared when memory runs out',
  mechanism: 'cgroup-limit',
  phase: 'create',
  goal: 'denial-of-service',
  severity: 'medium',
  stride: 'D',
  appliesTo: ['workload'],
  routes: [
    [
      fact('process.oom-score-adj', { below: 0 }, 'cgroup-limit', {
        absent: 'closed',
        set: 0,
        title: 'others are killed before it',
      }),
      sharedKernel,
    ],
    [
      fact('oom-kill-disabled', { is: true }, 'cgroup-limit', {
        absent: 'closed',
        set: false,
        title: 'its tasks are not killed at the limit',
      }),
      fact('limit.memory', { isNot: 'none' }, 'cgroup-limit', { title: 'there is a limit to reach' }),
      host('host.cgroup', { in: ['v1', 'hybrid'] }, { title: 'the memory controller is of cgroup v1' }),
      sharedKernel,
    ],
  ],
  probe: allOf(
    sharesKernel,
    anyOf(
      says('/proc/{pid}/oom_score_adj', { matches: '^-', outside: true, mechanism: 'cgroup-limit' }),
      allOf(unlimited('oom-killer'), untold('whether it reaches its limit is not tried')),
    ),
  ),
  why: 'oom_badness() (mm/oom_kill.c) adds oom_score_adj as thousandths of all memory: a negative value sends the OOM killer to the host and the neighbours first, and -1000 makes the container immune. With the killer off for a v1 group, tasks at the limit sleep in mem_cgroup_oom_synchronize() with what they hold, and others wait for them; v2 has no such switch.',
  fix: 'Leave the score at 0 or above and the OOM killer on; give what must survive a memory reservation.',
  refs: {
    attack: ['T1499.001'],
    cisDocker: ['5.11'],
    nist800190: ['3.4.3'],
    owaspDocker: ['D07'],
    cwe: ['CWE-770'],
    docs: ['proc_pid_oom_score_adj(5)', 'Documentation/admin-guide/cgroup-v1/memory.rst'],
  },
  examples: [
    { docker: 'run --oom-score-adj=-800 debian', verdict: 'open' },
    { docker: 'run --oom-kill-disable -m 1g debian', host: 'cgroup: v1', verdict: 'open' },
    { docker: 'run --oom-kill-disable -m 1g debian', host: 'cgroup: v2', verdict: 'blocked', depth: 1 },
    { docker: 'run --oom-score-adj=500 debian', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', verdict: 'blocked' },
  ],
});
