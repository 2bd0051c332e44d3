import { fact } from '../../model/words.ts';
import { onKubernetes } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'control-plane-tolerated',
  title: 'The pod may be placed on nodes of the control plane',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'cluster',
  severity: 'medium',
  stride: 'E',
  appliesTo: ['workload'],
  platforms: ['linux', 'windows'],
  when: onKubernetes,
  routes: [
    [
      fact(
        'kubernetes.tolerations',
        { matches: '^(\\*|node-role\\.kubernetes\\.io/(control-plane|master))(=[^:]*)?(:NoSchedule)?$' },
        'orchestrator',
        { absent: 'closed', title: 'it tolerates the taint of the control plane' },
      ),
    ],
  ],
  why: 'The taint node-role.kubernetes.io/control-plane:NoSchedule keeps workloads off the machines that hold etcd, the signing keys and administrator credentials. A toleration of it, or one without a key, lets the scheduler place the pod there (`Toleration.ToleratesTaint`, k8s.io/api/core/v1/toleration.go), where an escape to the node is the whole cluster.',
  fix: 'Tolerate the taints that the workload needs, by key; DaemonSets for workers need none of the control plane.',
  refs: {
    attack: ['T1610', 'T1611'],
    cisKubernetes: ['5.6.1'],
    nist800190: ['3.3.4', '3.3.5'],
    owaspKubernetes: ['K01'],
    cwe: ['CWE-653'],
    docs: ['Kubernetes documentation: Taints and Tolerations'],
  },
  examples: [
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  serviceAccountName: web
  tolerations: [{operator: Exists}]
  containers:
  - name: app
    image: shop/web`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  serviceAccountName: web
  tolerations: [{key: node-role.kubernetes.io/control-plane, operator: Exists, effect: NoSchedule}]
  containers:
  - name: app
    image: shop/web`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  serviceAccountName: web
  tolerations: [{key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute}]
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
  tolerations: [{operator: Exists, effect: NoExecute}]
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
  containers:
  - name: app
    image: shop/web`,
      verdict: 'blocked',
    },
  ],
});
