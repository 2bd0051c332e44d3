import { actsWith, CHANGE, holdsRights, mayDo } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'rbac-escalate',
  title: 'Roles can be given rights that their author does not hold',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'cluster',
  severity: 'critical',
  stride: 'E',
  appliesTo: ['workload', 'cluster'],
  platforms: ['linux', 'windows'],
  when: holdsRights,
  routes: [
    actsWith(mayDo(['escalate'], ['roles', 'clusterroles']), mayDo(['create', ...CHANGE], ['roles', 'clusterroles'])),
  ],
  why: 'The API server refuses a role with rights that its author lacks, unless the author holds the verb `escalate` on it (policybased/storage.go, `EscalationAllowed`, `RoleEscalationAuthorized`). Together with the right to write roles, the attacker adds `*` to a role that is bound to himself.',
  fix: 'Keep `escalate` for administrators; operators that hand out rights should hold those rights themselves.',
  refs: {
    attack: ['T1098.006'],
    cisKubernetes: ['5.1.8'],
    nist800190: ['3.3.1', '3.3.2'],
    owaspKubernetes: ['K02'],
    microsoftMatrix: ['MS-TA9019'],
    cwe: ['CWE-269'],
    docs: ['Kubernetes documentation: Role Based Access Control Good Practices'],
  },
  aliases: ['rbac-escalation-verbs'],
  examples: [
    {
      kubernetes: `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: web}
rules:
- {apiGroups: ["rbac.authorization.k8s.io"], resources: [clusterroles], verbs: [update, escalate]}
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
kind: ClusterRole
metadata: {name: web}
rules:
- {apiGroups: ["rbac.authorization.k8s.io"], resources: [clusterroles], verbs: [escalate]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: web}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]`,
      verdict: 'blocked',
    },
    {
      kubernetes: `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: web}
rules:
- {apiGroups: ["rbac.authorization.k8s.io"], resources: [clusterroles], verbs: [create, update]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: web}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]`,
      verdict: 'blocked',
    },
  ],
});
