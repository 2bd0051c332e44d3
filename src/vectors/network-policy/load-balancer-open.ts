import { fact } from '../../model/words.ts';
import { ofKind } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'load-balancer-open',
  title: 'A load balancer takes connections from every address',
  mechanism: 'network-policy',
  phase: 'orchestrate',
  goal: 'host-service',
  severity: 'low',
  stride: 'I',
  appliesTo: ['cluster'],
  when: ofKind('Service'),
  routes: [
    [
      fact('cluster.service-type', { is: 'LoadBalancer' }, 'network-policy', {
        set: 'ClusterIP',
        title: 'it asks for a load balancer',
      }),
      fact('cluster.source-ranges', { matches: '^(0\\.0\\.0\\.0|::)/0$' }, 'network-policy', {
        absent: 'passes',
        title: 'no source ranges limit it',
      }),
    ],
  ],
  why: 'Without loadBalancerSourceRanges the provider lets in whatever reaches the load balancer, on most clouds the internet. Dashboards, brokers and databases get published that way by a single word in a manifest. Whether the balancer has an internal address only is said in annotations of the provider.',
  fix: 'Set loadBalancerSourceRanges, or use an internal load balancer or an ingress with authentication.',
  refs: {
    attack: ['T1133', 'T1190'],
    nist800190: ['3.3.3'],
    owaspKubernetes: ['K05', 'K06'],
    microsoftMatrix: ['MS-TA9005'],
    cwe: ['CWE-668'],
    docs: ['Kubernetes documentation: Service, loadBalancerSourceRanges'],
  },
  examples: [
    {
      kubernetes: `apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: LoadBalancer, ports: [{port: 80}]}`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: LoadBalancer, ports: [{port: 80}], loadBalancerSourceRanges: [0.0.0.0/0]}`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: LoadBalancer, ports: [{port: 80}], loadBalancerSourceRanges: [198.51.100.0/24]}`,
      verdict: 'blocked',
      depth: 1,
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
