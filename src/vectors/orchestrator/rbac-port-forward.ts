import { all, any, olderThan } from '../../model/words.ts';
import { actsWith, holdsRights, mayDo } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'rbac-port-forward',
  title: 'Ports of other pods can be reached through the API server',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'other-container',
  severity: 'medium',
  stride: 'ISE',
  appliesTo: ['workload', 'cluster'],
  platforms: ['linux', 'windows'],
  when: holdsRights,
  routes: [
    actsWith(
      any(
        'connects through the API server or the kubelet',
        mayDo(['create'], ['pods/portforward', 'pods/proxy', 'services/proxy']),
        mayDo(['get'], ['pods/proxy', 'services/proxy']),
        all(
          'over a WebSocket, whose upgrade is a GET',
          mayDo(['get'], ['pods/portforward']),
          olderThan('engine.version', '1.35', 'orchestrator'),
        ),
      ),
    ),
  ],
  why: "Port forwarding opens a connection inside the pod's own network namespace, where servers on 127.0.0.1 answer that no Service shows. The proxy subresources send requests from the API server's address. Network policies see neither as traffic of the attacker's pod.",
  fix: 'Take these subresources out of roles for workloads.',
  refs: {
    attack: ['T1090', 'T1021'],
    nist800190: ['3.3.1', '3.3.2', '3.3.3'],
    owaspKubernetes: ['K02', 'K05'],
    microsoftMatrix: ['MS-TA9034'],
    kubehound: ['ENDPOINT_EXPLOIT'],
    cwe: ['CWE-668'],
    docs: ['Kubernetes documentation: Role Based Access Control Good Practices'],
  },
  examples: [
    {
      kubernetes: `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: web, namespace: shop}
rules:
- {apiGroups: [""], resources: [pods/portforward], verbs: [create]}
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
- {apiGroups: [""], resources: [services/proxy], verbs: [get]}
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
- {apiGroups: [""], resources: [pods, services], verbs: [get, list]}
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
