import { actsWith, holdsRights, mayDo } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'rbac-namespace-admin',
  title: 'Every right to a namespace is held',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'cluster',
  severity: 'high',
  stride: 'STIDE',
  appliesTo: ['workload', 'cluster'],
  platforms: ['linux', 'windows'],
  when: holdsRights,
  routes: [actsWith(mayDo(['*'], ['*']))],
  why: 'A rule with `*` throughout, bound in a namespace, reaches all its secrets, may start pods under any of its service accounts and may bind every role there, since nobody may be refused a right that he holds already (`ConfirmNoEscalation`, pkg/registry/rbac/validation/rule.go). With the namespace not held to a Pod Security level it reaches the nodes as well.',
  fix: 'Grant the verbs and resources in use; keep `*` out of roles for workloads.',
  refs: {
    attack: ['T1078', 'T1098.006'],
    cisKubernetes: ['5.1.1', '5.1.3'],
    nist800190: ['3.3.1', '3.3.2'],
    owaspKubernetes: ['K02'],
    microsoftMatrix: ['MS-TA9016'],
    kubehound: ['PERMISSION_DISCOVER'],
    cwe: ['CWE-269'],
    docs: ['Kubernetes documentation: Role Based Access Control Good Practices'],
  },
  examples: [
    {
      kubernetes: `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: web, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: web, namespace: shop}
rules:
- {apiGroups: ["*"], resources: ["*"], verbs: ["*"]}
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
kind: Role
metadata: {name: web, namespace: shop}
rules:
- {apiGroups: [""], resources: [secrets], verbs: [get, list]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: web, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: web}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]`,
      verdict: 'blocked',
    },
    {
      kubernetes: `apiVersion: v1
kind: Namespace
metadata: {name: shop}`,
      verdict: 'not-applicable',
    },
  ],
});
