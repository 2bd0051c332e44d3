import { actsWith, CHANGE, holdsRights, mayDo } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'rbac-endpoints-write',
  title: 'Traffic of services can be led elsewhere',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'other-container',
  severity: 'high',
  stride: 'STI',
  appliesTo: ['workload', 'cluster'],
  platforms: ['linux', 'windows'],
  when: holdsRights,
  routes: [actsWith(mayDo(['create', ...CHANGE], ['endpoints', 'endpointslices.discovery.k8s.io']))],
  why: 'Endpoints and EndpointSlices say to which addresses the traffic of a Service goes, and may name any address, in other namespaces too. So an attacker reads and answers what is meant for a service, or lets a trusted proxy reach what he may not (CVE-2021-25740). For that reason the built-in roles lost this right in 1.22.',
  fix: 'Leave both to the control plane; use a Service with a selector.',
  refs: {
    attack: ['T1557'],
    nist800190: ['3.3.1', '3.3.2', '3.3.3'],
    owaspKubernetes: ['K02', 'K05'],
    microsoftMatrix: ['MS-TA9036'],
    cwe: ['CWE-441'],
    cve: ['CVE-2021-25740'],
    docs: ['Kubernetes documentation: Using RBAC Authorization, write access for EndpointSlices'],
  },
  examples: [
    {
      kubernetes: `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: web, namespace: shop}
rules:
- {apiGroups: [""], resources: [endpoints], verbs: [update]}
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
kind: ClusterRole
metadata: {name: web}
rules:
- {apiGroups: ["discovery.k8s.io"], resources: [endpointslices], verbs: [create, patch]}
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
- {apiGroups: [""], resources: [endpoints], verbs: [get, list, watch]}
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
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]`,
      verdict: 'blocked',
    },
  ],
});
