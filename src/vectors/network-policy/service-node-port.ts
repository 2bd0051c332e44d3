import { fact, someFact } from '../../model/words.ts';
import { ofKind } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'service-node-port',
  title: 'A Service opens a port on every node',
  mechanism: 'network-policy',
  phase: 'orchestrate',
  goal: 'host-service',
  severity: 'low',
  stride: 'I',
  appliesTo: ['cluster'],
  when: ofKind('Service'),
  routes: [
    [
      fact('cluster.service-type', { in: ['NodePort', 'LoadBalancer'] }, 'network-policy', {
        set: 'ClusterIP',
        title: 'a port of the nodes is allocated for it',
      }),
      someFact({ family: 'network.published.', mechanism: 'network-policy', title: 'a port of the nodes leads to it' }),
    ],
  ],
  why: "The port answers at every address of every node (unless kube-proxy's --nodePortAddresses says otherwise), past the load balancer, its firewall and TLS. A Service of type LoadBalancer allocates node ports too while allocateLoadBalancerNodePorts is not false.",
  fix: 'Use ClusterIP with an ingress or gateway; limit node port addresses.',
  refs: {
    attack: ['T1133'],
    nist800190: ['3.3.3'],
    owaspKubernetes: ['K05', 'K06'],
    microsoftMatrix: ['MS-TA9005'],
    cwe: ['CWE-668'],
    docs: ['Kubernetes documentation: Service, type NodePort'],
  },
  examples: [
    {
      kubernetes: `apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: NodePort, ports: [{port: 80, nodePort: 30080}]}`,
      verdict: 'open',
    },
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
spec: {type: ClusterIP, ports: [{port: 80}], externalIPs: [192.0.2.10]}`,
      verdict: 'blocked',
    },
  ],
});
