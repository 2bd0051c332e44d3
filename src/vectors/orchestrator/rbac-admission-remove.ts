import { actsWith, CHANGE, holdsRights, mayDo } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'rbac-admission-remove',
  title: 'Admission policies of the cluster can be switched off',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'cluster',
  severity: 'high',
  stride: 'TE',
  appliesTo: ['workload', 'cluster'],
  platforms: ['linux', 'windows'],
  when: holdsRights,
  routes: [
    actsWith(
      mayDo(
        ['delete', 'deletecollection', ...CHANGE],
        ['validatingwebhookconfigurations', 'validatingadmissionpolicies', 'validatingadmissionpolicybindings'],
        {
          clusterWide: true,
        },
      ),
    ),
  ],
  why: 'What a policy engine refuses is refused by its webhook configuration or by a validating admission policy and its binding. Deleted, or changed to `failurePolicy: Ignore` with an unreachable service or to an empty rule, it lets everything through, and nothing in the refused objects tells.',
  fix: 'Leave these objects to administrators, and watch their changes in the audit log.',
  refs: {
    attack: ['T1562.001'],
    cisKubernetes: ['5.1.12'],
    nist800190: ['3.3.1', '3.3.2'],
    owaspKubernetes: ['K02', 'K04'],
    cwe: ['CWE-269'],
    docs: ['Kubernetes documentation: Admission Webhook Good Practices'],
  },
  examples: [
    {
      kubernetes: `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: web}
rules:
- {apiGroups: ["admissionregistration.k8s.io"], resources: [validatingwebhookconfigurations], verbs: [delete]}
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
- {apiGroups: ["admissionregistration.k8s.io"], resources: [validatingadmissionpolicybindings], verbs: [patch]}
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
- {apiGroups: ["admissionregistration.k8s.io"], resources: [validatingwebhookconfigurations], verbs: [get, watch]}
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
kind: Role
metadata: {name: web, namespace: shop}
rules:
- {apiGroups: ["admissionregistration.k8s.io"], resources: [validatingwebhookconfigurations], verbs: [delete]}
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
