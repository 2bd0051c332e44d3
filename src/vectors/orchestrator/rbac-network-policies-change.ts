import { actsWith, CHANGE, holdsRights, mayDo } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'rbac-network-policies-change',
  title: 'Network policies can be changed or removed',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'other-container',
  severity: 'medium',
  stride: 'TE',
  appliesTo: ['workload', 'cluster'],
  platforms: ['linux', 'windows'],
  when: holdsRights,
  routes: [actsWith(mayDo(['create', 'delete', 'deletecollection', ...CHANGE], ['networkpolicies']))],
  why: 'Network policies add up: a new one that allows everything undoes those that restrict, and a deleted one leaves its pods open. The built-in roles `edit` and `admin` may do both, so whoever takes over a deployment account lifts the segmentation of its namespace.',
  fix: 'Keep policies with administrators, or use a kind of policy that namespaced rights do not reach.',
  refs: {
    attack: ['T1562.004'],
    cisKubernetes: ['5.3.2'],
    nist800190: ['3.3.1', '3.3.2', '3.3.3'],
    owaspKubernetes: ['K02', 'K05'],
    cwe: ['CWE-269'],
    docs: ['Kubernetes documentation: Network Policies'],
  },
  examples: [
    {
      kubernetes: `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: web, namespace: shop}
rules:
- {apiGroups: ["networking.k8s.io"], resources: [networkpolicies], verbs: [create]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: web, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: web}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: web, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: web, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]`,
      verdict: 'blocked',
    },
    {
      kubernetes: `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: web, namespace: shop}
rules:
- {apiGroups: ["example.org"], resources: [networkpolicies], verbs: [delete]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: web, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: web}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]`,
      verdict: 'blocked',
    },
  ],
});
