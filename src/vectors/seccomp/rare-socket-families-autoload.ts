import { AF } from '../../kernel/index.ts';
import { any, host, hostSysctl, opensSocket } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, hostHas } from '../probe.ts';
import { passesSocket } from '../probe-questions.ts';

export default defineVector({
  id: 'rare-socket-families-autoload',
  title: 'Container can make the host load modules of rare socket families',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'medium',
  stride: 'E',
  appliesTo: ['workload'],
  routes: [
    [
      any(
        'one of the families',
        opensSocket(AF.TIPC),
        opensSocket(AF.RDS),
        opensSocket(AF.CAN),
        opensSocket(AF.KCM),
        opensSocket(AF.RXRPC),
        opensSocket(AF.PPPOX),
        opensSocket(AF.BLUETOOTH),
      ),
      hostSysctl('kernel.modules_disabled', { isNot: 1 }, { usually: 'passes' }),
      host(
        'host.fact.rare-socket-modules',
        { isNot: false },
        { usually: 'passes', title: 'some module of a rare family can be loaded' },
      ),
    ],
  ],
  probe: allOf(
    anyOf(
      passesSocket(AF.TIPC),
      passesSocket(AF.RDS),
      passesSocket(AF.CAN),
      passesSocket(AF.KCM),
      passesSocket(AF.RXRPC),
      passesSocket(AF.PPPOX),
      passesSocket(AF.BLUETOOTH),
    ),
    hostHas(hostSysctl('kernel.modules_disabled', { isNot: 1 }, { usually: 'passes' })),
    hostHas(host('host.fact.rare-socket-modules', { isNot: false }, { usually: 'passes' })),
  ),
  why: '__sock_create() (net/socket.c) calls request_module("net-pf-N") for a family that is not there, before the family’s own function is asked and without a capability. Code that nobody uses on the host becomes reachable. No default profile before moby/profiles 0.3 leaves these families out.',
  fix: 'Allow UNIX, INET, INET6 and NETLINK only in the profile; `install MODULE /bin/false` for unused protocols; kernel.modules_disabled=1 after boot.',
  refs: {
    attack: ['T1068'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    cve: ['CVE-2021-43267', 'CVE-2017-6074'],
    docs: ['socket(2)', 'modprobe.d(5)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'open' },
    { docker: 'run --user 1000 --cap-drop ALL --security-opt no-new-privileges debian', verdict: 'open' },
    { docker: 'run debian', host: 'sysctls: { kernel.modules_disabled: 1 }', verdict: 'blocked', depth: 1 },
    { docker: 'run --runtime runsc debian', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', host: 'facts: { rare-socket-modules: false }', verdict: 'blocked', depth: 1 },
  ],
});
