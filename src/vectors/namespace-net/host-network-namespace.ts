import { fact, sharedKernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, shares, sharesKernel } from '../probe.ts';

export default defineVector({
  id: 'host-network-namespace',
  title: 'Container uses the network of the host',
  mechanism: 'namespace-net',
  phase: 'create',
  goal: 'host-service',
  severity: 'high',
  stride: 'SID',
  appliesTo: ['workload'],
  routes: [
    [
      sharedKernel,
      fact('namespace.net', { is: 'host' }, 'namespace-net', {
        set: 'private',
        title: "uses the host's network namespace",
      }),
    ],
  ],
  probe: allOf(sharesKernel, shares('net')),
  why: "In the host's network namespace the loopback services of the host answer, abstract Unix sockets are shared, and every port can be taken. Network policies of the cluster mostly do not apply.",
  fix: 'Use a private network and publish the port.',
  refs: {
    attack: ['T1611', 'T1040', 'T1046'],
    cisDocker: ['5.10'],
    cisKubernetes: ['5.2.5'],
    nist800190: ['3.4.2', '3.4.3'],
    pss: ['baseline:hostNamespaces'],
    owaspDocker: ['D03'],
    owaspKubernetes: ['K01'],
    cve: ['CVE-2020-15257'],
    cwe: ['CWE-653', 'CWE-668'],
    docs: ['network_namespaces(7)'],
  },
  examples: [
    { docker: 'run --network host debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --network none debian', verdict: 'blocked' },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: { name: a }
spec:
  hostNetwork: true
  containers:
    - { name: c, image: debian }
`,
      verdict: 'open',
    },
    {
      compose: `services:
  a: { image: debian, network_mode: host }
`,
      verdict: 'open',
    },
  ],
});
