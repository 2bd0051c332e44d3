import { all, fact } from '../../model/words.ts';
import { onKubernetes } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'scheduler-bypassed',
  title: 'The pod template names its node and passes the scheduler by',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'cluster',
  severity: 'low',
  stride: 'E',
  appliesTo: ['workload'],
  platforms: ['linux', 'windows'],
  when: all('a template', onKubernetes, fact('kubernetes.kind', { isNot: 'Pod' }, 'orchestrator')),
  routes: [
    [fact('kubernetes.node-name', { matches: '.' }, 'orchestrator', { absent: 'closed', title: 'nodeName is set' })],
  ],
  why: 'A pod with `nodeName` goes straight to that kubelet. Taints of effect NoSchedule, which keep workloads off nodes of the control plane or of another tenant, are asked by the scheduler alone; the kubelet looks at NoExecute, resources and node selectors.',
  fix: 'Use nodeSelector or affinity, which the scheduler weighs with the taints.',
  refs: {
    attack: ['T1610'],
    nist800190: ['3.3.4', '3.3.5'],
    owaspKubernetes: ['K01'],
    cwe: ['CWE-653'],
    docs: ['Kubernetes documentation: Assigning Pods to Nodes'],
  },
  examples: [
    {
      kubernetes: `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata: {labels: {app: web}}
    spec:
      nodeName: cp-1
      containers:
      - name: app
        image: shop/web`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata: {labels: {app: web}}
    spec:
      nodeSelector: {pool: shop}
      containers:
      - name: app
        image: shop/web`,
      verdict: 'blocked',
    },
    {
      kubernetes: `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: app
        image: shop/web`,
      verdict: 'blocked',
    },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  serviceAccountName: web
  nodeName: worker-3
  containers:
  - name: app
    image: shop/web`,
      verdict: 'not-applicable',
    },
  ],
});
