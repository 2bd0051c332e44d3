import { someFact } from '../../model/words.ts';
import { onKubernetes } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'host-port-opened',
  title: 'A port of the pod is opened on its node',
  mechanism: 'network-policy',
  phase: 'request',
  goal: 'host-service',
  severity: 'low',
  stride: 'SI',
  appliesTo: ['workload'],
  platforms: ['linux', 'windows'],
  when: onKubernetes,
  routes: [
    [
      someFact({
        family: 'network.published.',
        mechanism: 'network-policy',
        title: 'a hostPort, or a containerPort with hostNetwork',
      }),
    ],
  ],
  why: "A hostPort is reached at the node's addresses, past Services and ingress and in most plug-ins past network policies for the pod, since the node forwards it (CNI portmap). It may take the port of a node service that is not running yet. Pod Security `baseline` refuses it.",
  fix: 'Use a Service; where a node port is needed, bind it with hostIP.',
  refs: {
    attack: ['T1133'],
    cisKubernetes: ['5.2.12'],
    nist800190: ['3.3.3'],
    pss: ['baseline:hostPorts'],
    owaspKubernetes: ['K01', 'K05'],
    microsoftMatrix: ['MS-TA9005'],
    cwe: ['CWE-668'],
    docs: ['Kubernetes documentation: Pod Security Standards'],
  },
  examples: [
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  serviceAccountName: web
  containers:
  - name: app
    image: shop/web
    ports: [{containerPort: 80, hostPort: 8080}]`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  serviceAccountName: web
  hostNetwork: true
  containers:
  - name: app
    image: shop/web
    ports: [{containerPort: 80}]`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  serviceAccountName: web
  containers:
  - name: app
    image: shop/web
    ports: [{containerPort: 80}]`,
      verdict: 'blocked',
      depth: 1,
    },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  serviceAccountName: web
  containers:
  - name: app
    image: shop/web`,
      verdict: 'blocked',
    },
  ],
});
