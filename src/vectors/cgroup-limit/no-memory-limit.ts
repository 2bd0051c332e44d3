import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { unlimited } from '../probe-places.ts';

export default defineVector({
  id: 'no-memory-limit',
  title: 'Container can use up the memory of the host',
  mechanism: 'cgroup-limit',
  phase: 'create',
  goal: 'denial-of-service',
  severity: 'medium',
  stride: 'D',
  appliesTo: ['workload'],
  routes: [
    [
      fact('limit.memory', { is: 'none' }, 'cgroup-limit', { set: 536_870_912, title: 'no memory limit' }),
      fact('sandbox.kind', { isNot: 'hypervisor' }, 'hypervisor', { title: 'no virtual machine bounds it' }),
    ],
  ],
  probe: unlimited('memory'),
  why: 'try_charge_memcg() (mm/memcontrol.c) refuses a page only above the limit of a group on the path to the root. Without one the machine runs out, and the OOM killer of the whole system chooses among all processes, those of the host and of neighbours too.',
  fix: 'Set a memory limit, with swap limited to the same value.',
  refs: {
    attack: ['T1499.001'],
    cisDocker: ['5.11'],
    nist800190: ['3.4.3'],
    owaspDocker: ['D07'],
    owaspKubernetes: ['K01'],
    microsoftMatrix: ['MS-TA9040'],
    cwe: ['CWE-770'],
    docs: ['Documentation/admin-guide/cgroup-v2.rst, Memory'],
  },
  examples: [
    { docker: 'run debian', verdict: 'open' },
    { docker: 'run -m 512m debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --runtime kata debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --runtime runsc debian', verdict: 'open' },
    {
      compose: 'services:\n  a:\n    image: debian\n    deploy: {resources: {limits: {memory: 256M}}}\n',
      verdict: 'blocked',
    },
    {
      kubernetes:
        'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: a, resources: {requests: {memory: 64Mi}}}]}\n',
      verdict: 'open',
    },
    {
      kubernetes:
        'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: a, resources: {limits: {memory: 64Mi}}}]}\n',
      verdict: 'blocked',
    },
  ],
});
