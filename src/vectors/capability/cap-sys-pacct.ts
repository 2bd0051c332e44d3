import { capable, fact, kernelConfig, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, shares, sharesKernel } from '../probe.ts';
import { needs, triesHarmless } from '../probe-questions.ts';

export default defineVector({
  id: 'cap-sys-pacct',
  title: 'Container can switch the process accounting of the host',
  mechanism: 'capability',
  phase: 'create',
  goal: 'host-service',
  severity: 'medium',
  stride: 'RD',
  appliesTo: ['workload'],
  routes: [
    [
      fact('namespace.pid', { is: 'host' }, 'namespace-pid', {
        set: 'private',
        title: "uses the host's PID namespace",
      }),
      capable('SYS_PACCT'),
      syscall('acct'),
      kernelConfig('BSD_PROCESS_ACCT', { usually: 'passes' }),
    ],
  ],
  probe: allOf(sharesKernel, shares('pid'), triesHarmless('acct', ['ENOENT'], needs('SYS_PACCT'))),
  why: "acct(2) asks capable(CAP_SYS_PACCT), but sets the accounting of the caller's PID namespace (acct_on(), kernel/acct.c): only in the host's does it end or redirect the records of the machine.",
  fix: 'Drop the capability and keep a private PID namespace.',
  refs: {
    cisDocker: ['5.4'],
    cisKubernetes: ['5.2.9'],
    nist800190: ['3.4.3'],
    pss: ['baseline:capabilities_baseline', 'restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1562.012'],
    cwe: ['CWE-250', 'CWE-778'],
    docs: ['acct(2)'],
  },
  examples: [
    { docker: 'run --pid host --cap-add SYS_PACCT debian', verdict: 'open' },
    { docker: 'run --cap-add SYS_PACCT debian', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', verdict: 'blocked' },
  ],
});
