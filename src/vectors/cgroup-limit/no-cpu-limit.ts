import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { unlimited } from '../probe-places.ts';

export default defineVector({
  id: 'no-cpu-limit',
  title: 'Container can take all processors that are not busy',
  mechanism: 'cgroup-limit',
  phase: 'create',
  goal: 'denial-of-service',
  severity: 'low',
  stride: 'D',
  appliesTo: ['workload'],
  routes: [
    [
      fact('limit.cpu', { is: 'none' }, 'cgroup-limit', { set: 1, title: 'no quota of processor time' }),
      fact('sandbox.kind', { isNot: 'hypervisor' }, 'hypervisor', { title: 'no virtual machine bounds it' }),
    ],
  ],
  probe: unlimited('cpu'),
  why: 'The scheduler shares time among groups by weight, and only a quota makes throttle_cfs_rq() (kernel/sched/fair.c) take a group off the processors. Without it, foreign work such as mining runs on every core and slows what has bursts.',
  fix: 'Set a quota (`--cpus`), or at least requests, where neighbours matter.',
  refs: {
    attack: ['T1496.001', 'T1499.001'],
    cisDocker: ['5.12'],
    nist800190: ['3.4.3'],
    owaspDocker: ['D07'],
    microsoftMatrix: ['MS-TA9039', 'MS-TA9040'],
    cwe: ['CWE-770'],
    docs: ['Documentation/scheduler/sched-bwc.rst'],
  },
  examples: [
    { docker: 'run debian', verdict: 'open' },
    { docker: 'run --cpus 1.5 debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --cpu-quota 50000 debian', verdict: 'blocked' },
    { docker: 'run --cpu-shares 512 debian', verdict: 'open' },
    { docker: 'run --runtime kata debian', verdict: 'blocked', depth: 1 },
  ],
});
