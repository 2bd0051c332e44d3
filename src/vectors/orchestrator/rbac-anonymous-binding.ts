import { fact } from '../../model/words.ts';
import { grantsBeyondDiscovery, ofKind } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'rbac-anonymous-binding',
  title: 'Rights are granted to whoever reaches the API server',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'cluster',
  severity: 'critical',
  stride: 'SIE',
  appliesTo: ['cluster'],
  when: ofKind('RoleBinding', 'ClusterRoleBinding'),
  routes: [
    [fact('cluster.granted-to-anonymous', { is: true }, 'orchestrator', { absent: 'closed' }), grantsBeyondDiscovery],
  ],
  why: "A request without credentials is the user system:anonymous of the group system:unauthenticated while --anonymous-auth is on, which is its default. A binding to either gives its role to everybody who can open a connection, any pod included. The cluster's own bindings of this kind allow version and discovery only.",
  fix: 'Bind to identities that authenticate; for health checks allow paths in the authentication configuration.',
  refs: {
    attack: ['T1078.001', 'T1190'],
    cisKubernetes: ['1.2.1'],
    nist800190: ['3.3.1', '3.3.2'],
    owaspKubernetes: ['K02', 'K09'],
    microsoftMatrix: ['MS-TA9029'],
    cwe: ['CWE-306'],
    docs: ['Kubernetes documentation: Role Based Access Control Good Practices'],
  },
  examples: [
    {
      kubernetes: `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: User, name: "system:anonymous"}]`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: Group, name: "system:unauthenticated"}]`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "system:public-info-viewer"}
subjects: [{kind: Group, name: "system:unauthenticated"}]`,
      verdict: 'blocked',
    },
    {
      kubernetes: `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: User, name: jane}]`,
      verdict: 'blocked',
    },
  ],
});
