import { fact } from '../../model/words.ts';
import { ofKind } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'service-external-address',
  title: 'A Service takes traffic for addresses that nobody checks',
  mechanism: 'network-policy',
  phase: 'orchestrate',
  goal: 'other-container',
  severity: 'medium',
  stride: 'STI',
  appliesTo: ['cluster'],
  when: ofKind('Service'),
  routes: [
    [
      fact('cluster.external-ips', { matches: '.' }, 'network-policy', {
        absent: 'closed',
        title: 'externalIPs are set',
      }),
    ],
  ],
  why: 'Every node sends traffic for the addresses in externalIPs to the pods of the Service, from its own pods too, whoever owns the addresses (CVE-2020-8554): an author of Services reads what is meant for a server outside. The API server checks only their form.',
  fix: 'Use a load balancer; enable the admission plug-in DenyServiceExternalIPs.',
  refs: {
    attack: ['T1557'],
    nist800190: ['3.3.3'],
    owaspKubernetes: ['K05'],
    microsoftMatrix: ['MS-TA9036'],
    cwe: ['CWE-283'],
    cve: ['CVE-2020-8554'],
    docs: ['Kubernetes documentation: Service, external IPs'],
  },
  examples: [
    {
      kubernetes: `apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: ClusterIP, ports: [{port: 80}], externalIPs: [192.0.2.10]}`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: NodePort, ports: [{port: 80}]}`,
      verdict: 'blocked',
    },
  ],
});
