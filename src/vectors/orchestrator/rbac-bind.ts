import { actsWith, CHANGE, holdsRights, mayDo } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'rbac-bind',
  title: 'Roles can be bound that the binder does not hold',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'cluster',
  severity: 'critical',
  stride: 'E',
  appliesTo: ['workload', 'cluster'],
  platforms: ['linux', 'windows'],
  when: holdsRights,
  routes: [
    actsWith(
      mayDo(['bind'], ['roles', 'clusterroles']),
      mayDo(['create', ...CHANGE], ['rolebindings', 'clusterrolebindings']),
    ),
  ],
  why: 'A binding is refused where its author lacks the rights of the role, unless he holds the verb `bind` on it (`BindingAuthorized`, pkg/registry/rbac/escalation_check.go). With it and the right to write bindings, the attacker binds cluster-admin to himself, over the cluster or in a namespace according to the binding that he may write.',
  fix: 'Limit `bind` with resourceNames to harmless roles.',
  refs: {
    attack: ['T1098.006'],
    cisKubernetes: ['5.1.8'],
    nist800190: ['3.3.1', '3.3.2'],
    owaspKubernetes: ['K02'],
    microsoftMatrix: ['MS-TA9019'],
    kubehound: ['ROLE_BIND'],
    cwe: ['CWE-269'],
    docs: ['Kubernetes documentation: Role Based Access Control Good Practices'],
  },
  examples: [
    {
      kubernetes: `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: web}
rules:
- {apiGroups: ["rbac.authorization.k8s.io"], resources: [clusterrolebindings], verbs: [create]}
- {apiGroups: ["rbac.authorization.k8s.io"], resources: [clusterroles], verbs: [bind]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: web}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: web, namespace: shop}
rules:
- {apiGroups: ["rbac.authorization.k8s.io"], resources: [rolebindings], verbs: [create]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: web, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: web}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]`,
      verdict: 'blocked',
    },
    {
      kubernetes: `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: web, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: admin}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]`,
      verdict: 'blocked',
    },
  ],
});
