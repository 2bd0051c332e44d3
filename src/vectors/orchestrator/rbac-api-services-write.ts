import { actsWith, CHANGE, holdsRights, mayDo } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'rbac-api-services-write',
  title: 'Parts of the Kubernetes API can be served by another server',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'cluster',
  severity: 'critical',
  stride: 'STI',
  appliesTo: ['workload', 'cluster'],
  platforms: ['linux', 'windows'],
  when: holdsRights,
  routes: [actsWith(mayDo(['create', ...CHANGE], ['apiservices'], { clusterWide: true }))],
  why: "An APIService object hands a group and version of the API to a server of its author's choice. The aggregator forwards the requests of everybody, with the caller's name in headers that its proxy certificate vouches for (kube-aggregator, handler_proxy.go). Answers are believed by controllers, and objects sent to the group are read.",
  fix: 'Leave apiservices to administrators.',
  refs: {
    attack: ['T1557', 'T1546'],
    nist800190: ['3.3.1', '3.3.2'],
    owaspKubernetes: ['K02'],
    cwe: ['CWE-269'],
    docs: ['Kubernetes documentation: Configure the Aggregation Layer'],
  },
  examples: [
    {
      kubernetes: `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: web}
rules:
- {apiGroups: ["apiregistration.k8s.io"], resources: [apiservices], verbs: [create]}
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
- {apiGroups: ["apiregistration.k8s.io"], resources: [apiservices], verbs: [get, list]}
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
kind: ClusterRoleBinding
metadata: {name: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: admin}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]`,
      verdict: 'blocked',
    },
  ],
});
