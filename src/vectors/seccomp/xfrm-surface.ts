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
  id: 'xfrm-surface',
  title: 'Container can configure IPsec policies of a network namespace',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'medium',
  stride: 'E',
  appliesTo: ['workload'],
  routes: [
    [capableInSomeNetwork('NET_ADMIN'), opensSocket(AF.NETLINK, 6), kernelConfig('XFRM_USER', { usually: 'passes' })],
    [
      createsUserNamespace,
      createsNamespace('NEWNET'),
      opensSocket(AF.NETLINK, 6),
      kernelConfig('XFRM_USER', { usually: 'passes' }),
    ],
  ],
  probe: allOf(
    capableOverSomeNetwork('NET_ADMIN'),
    passesSocket(AF.NETLINK, 6),
    hostHas(kernelConfig('XFRM_USER', { usually: 'passes' })),
  ),
  why: 'xfrm_user_rcv_msg() (net/xfrm/xfrm_user.c) asks netlink_net_capable(CAP_NET_ADMIN) over the network namespace. Transforms move data with the kernel’s crypto, and flaws in it wrote out of bounds from user namespaces.',
  fix: 'No CAP_NET_ADMIN, no user namespaces inside the container.',
  refs: {
    attack: ['T1068'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    cve: ['CVE-2017-7184', 'CVE-2022-27666'],
    docs: ['ip-xfrm(8)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --cap-add NET_ADMIN debian', verdict: 'open' },
    { podman: 'run debian', verdict: 'open' },
    {
      docker: 'run --cap-add NET_ADMIN debian',
      host: 'kernel-config: { XFRM_USER: "n" }',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
