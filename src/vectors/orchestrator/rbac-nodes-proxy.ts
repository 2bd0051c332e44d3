import { actsWith, holdsRights, mayDo } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'rbac-nodes-proxy',
  title: 'Commands can be run in every pod through the kubelets',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'cluster',
  severity: 'critical',
  stride: 'IRE',
  appliesTo: ['workload', 'cluster'],
  platforms: ['linux', 'windows'],
  when: holdsRights,
  routes: [actsWith(mayDo(['get', 'create'], ['nodes/proxy'], { clusterWide: true }))],
  why: 'The kubelet asks for nodes/proxy before it serves /exec and /run, with the verb that the HTTP method stands for; a WebSocket is opened with GET, so `get` is enough to execute (pkg/kubelet/server/auth.go). Requests straight to port 10250 pass no admission and leave no entry in the audit log of the API server.',
  fix: 'Grant the subresources in use: nodes/metrics, nodes/stats, nodes/log, nodes/healthz (fine-grained kubelet authorization, stable since 1.36).',
  refs: {
    attack: ['T1609'],
    cisKubernetes: ['5.1.10'],
    nist800190: ['3.3.1', '3.3.2'],
    owaspKubernetes: ['K02'],
    microsoftMatrix: ['MS-TA9030'],
    kubehound: ['POD_EXEC'],
    cwe: ['CWE-269'],
    docs: [
      'Kubernetes documentation: Kubelet authentication/authorization',
      'Kubernetes documentation: Role Based Access Control Good Practices',
    ],
  },
  examples: [
    {
      kubernetes: `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: web}
rules:
- {apiGroups: [""], resources: [nodes/proxy], verbs: [get]}
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
- {apiGroups: [""], resources: [nodes, nodes/proxy, nodes/metrics], verbs: [get]}
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
kind: ClusterRole
metadata: {name: web}
rules:
- {apiGroups: [""], resources: [nodes/metrics, nodes/stats], verbs: [get]}
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
- {apiGroups: [""], resources: [nodes/proxy], verbs: [get]}
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
