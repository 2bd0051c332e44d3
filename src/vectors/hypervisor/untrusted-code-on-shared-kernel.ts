import { fact, sharedKernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { sharesKernel } from '../probe.ts';

export default defineVector({
  id: 'untrusted-code-on-shared-kernel',
  title: 'Container shares its kernel with those of other tenants',
  mechanism: 'hypervisor',
  phase: 'host',
  goal: 'host-kernel',
  severity: 'medium',
  stride: 'E',
  appliesTo: ['workload'],
  when: fact('host.fact.tenants', { atLeast: 2 }, 'kernel', { absent: 'closed' }),
  routes: [[sharedKernel]],
  probe: sharesKernel,
  why: 'Namespaces and filters narrow how the kernel is reached, but every system call still runs in the one kernel of all: one flaw in it ends the isolation of each tenant at once. The host profile says that there are several.',
  fix: 'Use gVisor, Kata Containers or a machine for each tenant.',
  refs: {
    attack: ['T1611'],
    nist800190: ['3.5.2', '3.3.4'],
    owaspKubernetes: ['K01'],
    cwe: ['CWE-653'],
    papers: ['sultan-survey', 'analysis-oslv'],
  },
  examples: [
    { docker: 'run debian', host: 'facts: { tenants: 3 }', verdict: 'open' },
    { docker: 'run --runtime runsc debian', host: 'facts: { tenants: 3 }', verdict: 'blocked', depth: 1 },
    { docker: 'run --runtime kata debian', host: 'facts: { tenants: 3 }', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', verdict: 'not-applicable' },
  ],
});
