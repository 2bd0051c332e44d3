import { AF } from '../../kernel/index.ts';
import { capable, host, kernelConfig, opensSocket } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, hostHas } from '../probe.ts';
import { capableOnHost, passesSocket } from '../probe-questions.ts';

export default defineVector({
  id: 'cap-audit-write',
  title: 'Container can write records into the audit log of the host',
  mechanism: 'capability',
  phase: 'create',
  goal: 'host-service',
  severity: 'low',
  stride: 'SR',
  appliesTo: ['workload'],
  routes: [
    [
      capable('AUDIT_WRITE'),
      opensSocket(16, 9),
      host('host.fact.audit-enabled', { isNot: false }, { usually: 'passes', title: 'the audit of the host is on' }),
      kernelConfig('AUDIT', { usually: 'passes' }),
    ],
  ],
  probe: allOf(
    capableOnHost('AUDIT_WRITE'),
    hostHas(host('host.fact.audit-enabled', { isNot: false }, { usually: 'passes' })),
    passesSocket(AF.NETLINK, 9),
    hostHas(kernelConfig('AUDIT', { usually: 'passes' })),
  ),
  why: "AUDIT_USER messages need CAP_AUDIT_WRITE and the initial user namespace, but no particular PID or network namespace (audit_netlink_ok(), kernel/audit.c). The text is the sender's own: logins can be invented and the log be filled.",
  fix: 'cap_drop ALL, or drop AUDIT_WRITE; only login programs need it.',
  refs: {
    cisDocker: ['5.4'],
    nist800190: ['3.4.3'],
    pss: ['restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1070'],
    cwe: ['CWE-250', 'CWE-778'],
    docs: ['audit_log_user_message(3)'],
    papers: ['houdini'],
  },
  aliases: ['cap-audit-read-write'],
  examples: [
    { docker: 'run debian', verdict: 'open' },
    { docker: 'run --cap-drop AUDIT_WRITE debian', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', withDaemon: '{"userns-remap":"default"}', verdict: 'blocked', depth: 1 },
    { podman: 'run debian', verdict: 'blocked' },
  ],
});
