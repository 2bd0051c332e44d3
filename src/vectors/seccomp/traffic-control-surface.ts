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
  id: 'traffic-control-surface',
  title: 'Container can configure traffic control of a network namespace',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'medium',
  stride: 'E',
  appliesTo: ['workload'],
  routes: [
    [capableInSomeNetwork('NET_ADMIN'), opensSocket(AF.NETLINK, 0), kernelConfig('NET_SCHED', { usually: 'passes' })],
    [
      createsUserNamespace,
      createsNamespace('NEWNET'),
      opensSocket(AF.NETLINK, 0),
      kernelConfig('NET_SCHED', { usually: 'passes' }),
    ],
  ],
  probe: allOf(
    capableOverSomeNetwork('NET_ADMIN'),
    passesSocket(AF.NETLINK, 0),
    hostHas(kernelConfig('NET_SCHED', { usually: 'passes' })),
  ),
  why: 'tc_modify_qdisc() and tc_new_tfilter() (net/sched) ask netlink_ns_capable(CAP_NET_ADMIN) over the network namespace, and load modules of schedulers and classifiers on demand. Use-after-free flaws there were exploited from user namespaces.',
  fix: 'No CAP_NET_ADMIN, no user namespaces inside the container; block unused sch_ and cls_ modules.',
  refs: {
    attack: ['T1068'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    cve: ['CVE-2022-2588', 'CVE-2023-1829', 'CVE-2023-3776'],
    docs: ['tc(8)', 'rtnetlink(7)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --cap-add NET_ADMIN debian', verdict: 'open' },
    { podman: 'run debian', verdict: 'open' },
    { docker: 'run --runtime runsc --cap-add NET_ADMIN debian', verdict: 'blocked', depth: 1 },
  ],
});
