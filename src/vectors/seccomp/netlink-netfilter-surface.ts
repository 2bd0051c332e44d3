import { AF } from '../../kernel/index.ts';
import {
  capableInSomeNetwork,
  createsNamespace,
  createsUserNamespace,
  kernelConfig,
  opensSocket,
} from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, hostHas } from '../probe.ts';
import { capableOverSomeNetwork, passesSocket } from '../probe-questions.ts';

export default defineVector({
  id: 'netlink-netfilter-surface',
  title: 'Container can configure nf_tables of a network namespace',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'medium',
  stride: 'E',
  appliesTo: ['workload'],
  routes: [
    [capableInSomeNetwork('NET_ADMIN'), opensSocket(AF.NETLINK, 12), kernelConfig('NF_TABLES', { usually: 'passes' })],
    [
      createsUserNamespace,
      createsNamespace('NEWNET'),
      opensSocket(AF.NETLINK, 12),
      kernelConfig('NF_TABLES', { usually: 'passes' }),
    ],
  ],
  probe: allOf(
    capableOverSomeNetwork('NET_ADMIN'),
    passesSocket(AF.NETLINK, 12),
    hostHas(kernelConfig('NF_TABLES', { usually: 'passes' })),
  ),
  why: 'nfnetlink_rcv() (net/netfilter/nfnetlink.c) asks CAP_NET_ADMIN in the user namespace of the network namespace. Rule sets are programs that the kernel checks and runs, and this code gave local root many times in recent years.',
  fix: 'No CAP_NET_ADMIN, no user namespaces inside the container.',
  refs: {
    attack: ['T1068'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    cve: ['CVE-2024-1086', 'CVE-2021-22555', 'CVE-2023-32233'],
    docs: ['netlink(7)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --cap-add NET_ADMIN debian', verdict: 'open' },
    { docker: 'run --cap-add NET_ADMIN debian', withDaemon: '{"userns-remap":"default"}', verdict: 'open' },
    {
      docker:
        'run --user 1000 --cap-drop ALL --security-opt seccomp=unconfined --security-opt no-new-privileges debian',
      verdict: 'open',
    },
    { podman: 'run debian', verdict: 'open' },
    { docker: 'run --runtime runsc --cap-add NET_ADMIN debian', verdict: 'blocked', depth: 1 },
  ],
});
