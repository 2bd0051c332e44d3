import { AF } from '../../kernel/index.ts';
import { capable, fact, kernelConfig, opensSocket } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, hostHas, shares, sharesKernel } from '../probe.ts';
import { capableOnHost, passesSocket } from '../probe-questions.ts';

export default defineVector({
  id: 'cap-audit-control',
  title: 'Container can switch the audit of the host off',
  mechanism: 'capability',
  phase: 'create',
  goal: 'host-service',
  severity: 'high',
  stride: 'TR',
  appliesTo: ['workload'],
  routes: [
    [
      fact('namespace.pid', { is: 'host' }, 'namespace-pid', {
        set: 'private',
        title: "uses the host's PID namespace",
      }),
      capable('AUDIT_CONTROL'),
      opensSocket(16, 9),
      kernelConfig('AUDIT', { usually: 'passes' }),
    ],
  ],
  probe: allOf(
    sharesKernel,
    shares('pid'),
    capableOnHost('AUDIT_CONTROL'),
    passesSocket(AF.NETLINK, 9),
    hostHas(kernelConfig('AUDIT', { usually: 'passes' })),
  ),
  why: 'audit_netlink_ok() (kernel/audit.c) lets AUDIT_SET and the rule commands pass only in the initial user namespace, in the initial PID namespace and with CAP_AUDIT_CONTROL. Whoever passes changes what the host records, the traces of the escape included.',
  fix: 'Drop the capability and keep a private PID namespace.',
  refs: {
    cisDocker: ['5.4'],
    cisKubernetes: ['5.2.9'],
    nist800190: ['3.4.3'],
    pss: ['baseline:capabilities_baseline', 'restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1562.012'],
    cwe: ['CWE-250', 'CWE-778'],
    docs: ['audit_set_enabled(3)'],
  },
  examples: [
    { docker: 'run --pid host --cap-add AUDIT_CONTROL debian', verdict: 'open' },
    { docker: 'run --cap-add AUDIT_CONTROL debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --pid host debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --pid host --cap-add AUDIT_CONTROL --runtime runsc debian', verdict: 'blocked' },
  ],
});
