import { host } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, hostHas } from '../probe.ts';

export default defineVector({
  id: 'shared-core',
  title: 'Container runs on hardware threads whose siblings run other tenants’ code',
  mechanism: 'kernel',
  phase: 'run',
  goal: 'other-container',
  severity: 'medium',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [
    [
      host('host.fact.smt-active', { isNot: false }, { usually: 'passes', title: 'processors run two threads a core' }),
      host(
        'host.fact.core-scheduling',
        { isNot: true },
        { usually: 'passes', title: 'the scheduler does not keep siblings to one tenant' },
      ),
      host(
        'host.fact.exclusive-cpus',
        { isNot: true },
        { usually: 'passes', title: 'processors are not given to one container alone' },
      ),
    ],
  ],
  probe: allOf(
    hostHas(host('host.fact.smt-active', { isNot: false }, { usually: 'passes' })),
    hostHas(host('host.fact.core-scheduling', { isNot: true }, { usually: 'passes' })),
    hostHas(host('host.fact.exclusive-cpus', { isNot: true }, { usually: 'passes' })),
  ),
  why: 'Threads of one core share buffers, ports and the first-level caches, which leak keys and activity to whoever runs beside, in a container or in a virtual machine alike. sched_core (kernel/sched/core.c, 5.14) and exclusive processor sets are off unless somebody sets them.',
  fix: 'Core scheduling by tenant, exclusive processors (cpuset partitions, the static CPU manager), nosmt for hostile tenants.',
  refs: {
    attack: ['T1082'],
    nist800190: ['3.5.2'],
    cwe: ['CWE-1303', 'CWE-1189'],
    papers: ['paas-sidechannel', 'flush-reload'],
    docs: ['Documentation/admin-guide/hw-vuln/core-scheduling.rst'],
  },
  aliases: ['shared-core-and-cache'],
  examples: [
    { docker: 'run debian', verdict: 'open' },
    { docker: 'run --runtime kata debian', verdict: 'open' },
    { docker: 'run debian', host: 'facts: { smt-active: false }', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', host: 'facts: { core-scheduling: true }', verdict: 'blocked', depth: 1 },
  ],
});
