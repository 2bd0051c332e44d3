import { actsWith, holdsRights, mayDo, READ } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'rbac-secrets-read-cluster',
  title: 'Secrets of every namespace can be read',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'credential',
  severity: 'critical',
  stride: 'IE',
  appliesTo: ['workload', 'cluster'],
  platforms: ['linux', 'windows'],
  when: holdsRights,
  routes: [actsWith(mayDo(READ, ['secrets'], { clusterWide: true }))],
  why: 'Secrets hold tokens of stronger service accounts, registry and cloud credentials and certificates of every tenant. `list` and `watch` return contents as `get` does: the authorizer sees the verb and not what comes back.',
  fix: 'Bind the role in the namespaces that need it, limit it with resourceNames and `get`, or let an external store hand secrets out.',
  refs: {
    attack: ['T1552.007', 'T1528'],
    cisKubernetes: ['5.1.2', '5.4.2'],
    nist800190: ['3.3.1', '3.3.2'],
    owaspKubernetes: ['K02', 'K03'],
    microsoftMatrix: ['MS-TA9025'],
    kubehound: ['TOKEN_LIST'],
    cwe: ['CWE-522'],
    docs: ['Kubernetes documentation: Role Based Access Control Good Practices'],
  },
  aliases: ['rbac-secrets-read'],
  examples: [
    {
      kubernetes: `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: web}
rules:
- {apiGroups: [""], resources: [secrets], verbs: [list]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: web}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]`,
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
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: shop}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: web}
rules:
- {apiGroups: [""], resources: [secrets], verbs: [get, list]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: web}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]`,
      of: 'web/app',
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
      kubernetes: `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]`,
      verdict: 'blocked',
    },
    {
      kubernetes: `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: web}
rules:
- {apiGroups: [""], resources: [secrets], resourceNames: [tls], verbs: [get]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: web}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]`,
      verdict: 'unknown',
    },
  ],
});
