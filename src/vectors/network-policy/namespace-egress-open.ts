import { fact } from '../../model/words.ts';
import { ofKind } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'namespace-egress-open',
  title: 'Pods of the namespace may connect to any address by default',
  mechanism: 'network-policy',
  phase: 'orchestrate',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['cluster'],
  when: ofKind('Namespace'),
  routes: [
    [
      fact('cluster.default-deny-egress', { is: false }, 'network-policy', {
        title: 'the namespace has no policy that denies egress by default',
      }),
    ],
  ],
  why: 'Without a policy of type Egress that selects every pod of the namespace, a new workload may send to the internet, the metadata service, the API server and every other pod: the ways on which data leaves and commands come in.',
  fix: 'Deny egress for the namespace by default and allow DNS and what is needed.',
  refs: {
    attack: ['T1567', 'T1105'],
    cisKubernetes: ['5.3.2'],
    nist800190: ['3.4.2'],
    owaspKubernetes: ['K05'],
    cwe: ['CWE-923'],
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
      of: 'Namespace shop',
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Egress]}`,
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
      verdict: 'unknown',
    },
  ],
});
