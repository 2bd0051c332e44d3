import { any, calls, kernelConfig } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, hostHas } from '../probe.ts';
import { reachesKernel } from '../probe-questions.ts';

export default defineVector({
  id: 'numa-placement-allowed',
  title: 'Container can ask and choose on which memory nodes its pages lie',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'information',
  severity: 'low',
  stride: 'ID',
  appliesTo: ['workload'],
  routes: [
    [
      any('one of the calls', calls('mbind'), calls('set_mempolicy'), calls('move_pages')),
      kernelConfig('NUMA', { usually: 'passes' }),
    ],
  ],
  probe: allOf(
    reachesKernel('mbind', 'set_mempolicy', 'move_pages'),
    hostHas(kernelConfig('NUMA', { usually: 'passes' })),
  ),
  why: 'mbind, set_mempolicy and move_pages (mm/mempolicy.c, mm/migrate.c) work on the own process without a capability: they tell where pages lie and put load on a chosen node and its memory controller, the ground of placement and contention attacks. Docker ties them to CAP_SYS_NICE; podman allows the first two.',
  fix: 'Refuse the calls in the profile; limit nodes with cpuset.mems.',
  refs: {
    attack: ['T1082'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    docs: ['mbind(2)', 'move_pages(2)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --cap-add SYS_NICE debian', verdict: 'open' },
    { docker: 'run --security-opt seccomp=unconfined debian', verdict: 'open' },
    { podman: 'run debian', verdict: 'open' },
  ],
});
