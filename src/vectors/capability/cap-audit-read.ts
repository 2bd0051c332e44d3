import { call, resultOf, struct, u16, u32 } from '../../kernel/index.ts';
import { capable, fact, kernelConfig, opensSocket } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, shares, sharesKernel } from '../probe.ts';
import { capableOnHost, needs, tries } from '../probe-questions.ts';

const socket = call('socket', 16, 3, 9);

export default defineVector({
  id: 'cap-audit-read',
  title: 'Container can follow the audit log of the host',
  mechanism: 'capability',
  phase: 'create',
  goal: 'information',
  severity: 'medium',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [
    [
      fact('namespace.net', { is: 'host' }, 'namespace-net', {
        set: 'private',
        title: "uses the host's network namespace",
      }),
      capable('AUDIT_READ'),
      opensSocket(16, 9),
      kernelConfig('AUDIT', { usually: 'passes' }),
    ],
  ],
  probe: allOf(
    sharesKernel,
    shares('net'),
    anyOf(
      tries(
        'listens to audit records',
        [socket, call('bind', resultOf(0), struct([u16(16), u16(0), u32(0), u32(1)]), 12)],
        ['ok'],
        { effects: ['makes-objects'], blocked: { EBADF: 'find' }, ...needs('AUDIT_READ') },
      ),
      // A filter may refuse bind; setsockopt with NETLINK_ADD_MEMBERSHIP is a second way to the same (netlink_setsockopt()).
      allOf(
        capableOnHost('AUDIT_READ'),
        tries('opens a socket for audit records', socket, ['ok'], { effects: ['makes-objects'] }),
      ),
    ),
  ),
  why: 'audit_multicast_bind() (kernel/audit.c) asks capable(CAP_AUDIT_READ), and kauditd sends the records to the initial network namespace only (kauditd_send_multicast_skb()). Command lines, paths and logins of the whole host are in them.',
  fix: "Drop the capability; do not share the host's network.",
  refs: {
    cisDocker: ['5.4'],
    cisKubernetes: ['5.2.9'],
    nist800190: ['3.4.3'],
    pss: ['baseline:capabilities_baseline', 'restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1057'],
    cwe: ['CWE-250', 'CWE-497'],
    docs: ['audit netlink multicast'],
  },
  examples: [
    { docker: 'run --network host --cap-add AUDIT_READ debian', verdict: 'open' },
    { docker: 'run --cap-add AUDIT_READ debian', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', verdict: 'blocked' },
  ],
});
