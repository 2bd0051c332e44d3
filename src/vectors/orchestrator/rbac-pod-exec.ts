import { all, any, olderThan } from '../../model/words.ts';
import { actsWith, holdsRights, mayDo } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'rbac-pod-exec',
  title: 'Commands can be run in other pods',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'other-container',
  severity: 'high',
  stride: 'ITE',
  appliesTo: ['workload', 'cluster'],
  platforms: ['linux', 'windows'],
  when: holdsRights,
  routes: [
    actsWith(
      any(
        'enters a running container',
        mayDo(['create'], ['pods/exec', 'pods/attach']),
        all(
          'over a WebSocket, whose upgrade is a GET',
          mayDo(['get'], ['pods/exec', 'pods/attach']),
          olderThan('engine.version', '1.35', 'orchestrator'),
        ),
      ),
    ),
  ],
  why: 'exec and attach run code with the identity, mounts and network of any pod in scope, so rights become those of the strongest service account there. The verb comes from the HTTP method: a WebSocket upgrade is a GET and was authorized as `get` alone until 1.35, where the gate AuthorizePodWebsocketUpgradeCreatePermission asks for `create` as well (pkg/registry/core/pod/rest/subresources.go).',
  fix: 'Take exec and attach out of roles for workloads; grant them to people for the time of need.',
  refs: {
    attack: ['T1609'],
    nist800190: ['3.3.1', '3.3.2'],
    owaspKubernetes: ['K02'],
    microsoftMatrix: ['MS-TA9006'],
    kubehound: ['POD_EXEC', 'POD_ATTACH'],
    cwe: ['CWE-269'],
    docs: ['Kubernetes documentation: Role Based Access Control Good Practices'],
  },
  aliases: ['rbac-exec-attach-debug'],
  examples: [
    {
      kubernetes: `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: web, namespace: shop}
rules:
- {apiGroups: [""], resources: [pods/exec], verbs: [create]}
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
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: admin}
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
kind: Role
metadata: {name: web, namespace: shop}
rules:
- {apiGroups: [""], resources: [pods/exec], verbs: [get]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: web, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: web}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]`,
      engine: 'kubernetes@1.34',
      of: 'web/app',
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: web, namespace: shop}
rules:
- {apiGroups: [""], resources: [pods, pods/log], verbs: [get, list]}
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
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]`,
      verdict: 'blocked',
    },
  ],
});
