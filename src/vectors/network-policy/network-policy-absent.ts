import { any, fact } from '../../model/words.ts';
import { ofKind, onKubernetes } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'network-policy-absent',
  title: 'Every pod of the cluster may connect to it',
  mechanism: 'network-policy',
  phase: 'orchestrate',
  goal: 'other-container',
  severity: 'medium',
  stride: 'SI',
  appliesTo: ['workload', 'cluster'],
  platforms: ['linux', 'windows'],
  when: any('a pod or a namespace', onKubernetes, ofKind('Namespace')),
  routes: [
    [
      any(
        'nothing restricts who connects',
        fact('network.ingress', { is: 'all' }, 'network-policy', {
          absent: 'closed',
          title: 'no policy restricts ingress to the pod',
        }),
        fact('cluster.default-deny-ingress', { is: false }, 'network-policy', {
          absent: 'closed',
          title: 'the namespace has no policy that denies ingress by default',
        }),
      ),
    ],
  ],
  why: 'A pod that no NetworkPolicy of type Ingress selects takes connections from every pod of every namespace (networking/v1: pods are not isolated by default). One pod that is broken into then reaches databases and admin ports of all the others. Policies count only where the network plug-in enforces them.',
  fix: 'Deny ingress for the namespace by default and allow what is needed, with a plug-in that enforces policies.',
  refs: {
    attack: ['T1046', 'T1210'],
    cisKubernetes: ['5.3.1', '5.3.2'],
    nist800190: ['3.3.3'],
    owaspKubernetes: ['K05'],
    microsoftMatrix: ['MS-TA9034', 'MS-TA9031'],
    kubehound: ['ENDPOINT_EXPLOIT'],
    cwe: ['CWE-653'],
    docs: ['Kubernetes documentation: Network Policies'],
  },
  examples: [
    {
      kubernetes: `apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Namespace, metadata: {name: kube-system, uid: a}}
- {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: cluster-admin, uid: b}, rules: []}
- {apiVersion: v1, kind: Namespace, metadata: {name: shop, uid: c}}
- {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, namespace: other, uid: d}, spec: {podSelector: {}}}
- {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, uid: e}, spec: {containers: [{name: app, image: shop/web}]}}`,
      of: 'web/app',
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Namespace, metadata: {name: kube-system, uid: a}}
- {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: cluster-admin, uid: b}, rules: []}
- {apiVersion: v1, kind: Namespace, metadata: {name: shop, uid: c}}
- {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, namespace: other, uid: d}, spec: {podSelector: {}}}
- {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, uid: e}, spec: {containers: [{name: app, image: shop/web}]}}`,
      of: 'Namespace shop',
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
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress]}`,
      of: 'web/app',
      verdict: 'blocked',
    },
    {
      kubernetes: `apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress]}`,
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
    image: shop/web
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Egress]}`,
      of: 'web/app',
      verdict: 'unknown',
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
      verdict: 'unknown',
    },
  ],
});
