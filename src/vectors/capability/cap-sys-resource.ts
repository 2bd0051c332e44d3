import { capable } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { capableOnHost } from '../probe-questions.ts';

export default defineVector({
  id: 'cap-sys-resource',
  title: 'Container can exceed limits that were set for it',
  mechanism: 'capability',
  phase: 'create',
  goal: 'denial-of-service',
  severity: 'medium',
  stride: 'D',
  appliesTo: ['workload'],
  routes: [[capable('SYS_RESOURCE')]],
  probe: capableOnHost('SYS_RESOURCE'),
  why: 'capable(CAP_SYS_RESOURCE) raises hard resource limits (do_prlimit(), kernel/sys.c), lowers oom_score_adj below what the engine gave, uses the blocks that file systems keep for root and passes disk quotas. cgroup limits still hold.',
  fix: 'Drop it; set the limits that are needed at start.',
  refs: {
    cisDocker: ['5.4'],
    cisKubernetes: ['5.2.9'],
    nist800190: ['3.4.3'],
    pss: ['baseline:capabilities_baseline', 'restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1499'],
    cwe: ['CWE-250', 'CWE-770'],
    docs: ['capabilities(7)'],
  },
  examples: [
    { docker: 'run --cap-add SYS_RESOURCE debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    {
      docker: 'run --cap-add SYS_RESOURCE debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
