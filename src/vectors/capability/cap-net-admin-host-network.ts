import { capable, fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, shares } from '../probe.ts';
import { capableOnHost } from '../probe-questions.ts';

export default defineVector({
  id: 'cap-net-admin-host-network',
  title: 'Container can reconfigure the network of the host',
  mechanism: 'capability',
  phase: 'create',
  goal: 'host-service',
  severity: 'high',
  stride: 'STID',
  appliesTo: ['workload'],
  routes: [
    [
      fact('namespace.net', { is: 'host' }, 'namespace-net', {
        set: 'private',
        title: "uses the host's network namespace",
      }),
      capable('NET_ADMIN'),
    ],
  ],
  probe: allOf(shares('net'), capableOnHost('NET_ADMIN')),
  why: 'Interfaces, routes, firewall rules and traffic control belong to the network namespace, and ns_capable(net->user_ns, CAP_NET_ADMIN) passes for the initial one. Traffic of the host and of every container behind it can be redirected, recorded or cut off.',
  fix: 'Use a private network namespace, or a CNI plug-in that configures it from outside.',
  refs: {
    cisDocker: ['5.4', '5.10'],
    cisKubernetes: ['5.2.9'],
    nist800190: ['3.4.3'],
    pss: ['baseline:capabilities_baseline', 'restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1562.004', 'T1557'],
    owaspKubernetes: ['K01'],
    cwe: ['CWE-250'],
    docs: ['capabilities(7)'],
  },
  examples: [
    { docker: 'run --network host --cap-add NET_ADMIN debian', verdict: 'open' },
    { docker: 'run --network host debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --cap-add NET_ADMIN debian', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', verdict: 'blocked', depth: 2 },
    { docker: 'run --network host --privileged debian', verdict: 'open' },
  ],
});
