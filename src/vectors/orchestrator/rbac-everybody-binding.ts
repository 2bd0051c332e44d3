import { fact } from '../../model/words.ts';
import { grantsBeyondDiscovery, ofKind } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'rbac-everybody-binding',
  title: 'Rights are granted to all who authenticate or to all service accounts',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'cluster',
  severity: 'high',
  stride: 'E',
  appliesTo: ['cluster'],
  when: ofKind('RoleBinding', 'ClusterRoleBinding'),
  routes: [
    [
      fact('cluster.granted-to', { matches: '^Group/system:(authenticated|serviceaccounts)$' }, 'orchestrator', {
        title: 'it names a group of everybody',
      }),
      grantsBeyondDiscovery,
    ],
  ],
  why: 'system:authenticated holds every user and every service account, and on some providers anybody with an account there; system:serviceaccounts holds the accounts of all namespaces, present and future. So the rights are those of each pod whose token is mounted.',
  fix: 'Bind to named groups, or to the service accounts of one namespace.',
  refs: {
    attack: ['T1078.001'],
    cisKubernetes: ['5.1.5'],
    nist800190: ['3.3.1', '3.3.2'],
    owaspKubernetes: ['K02'],
    microsoftMatrix: ['MS-TA9016'],
    cwe: ['CWE-269'],
    docs: ['Kubernetes documentation: Role Based Access Control Good Practices'],
  },
  examples: [
    {
      kubernetes: `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: Group, name: "system:authenticated"}]`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: web, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit}
subjects: [{kind: Group, name: "system:serviceaccounts"}]`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: Group, name: "system:serviceaccounts:shop"}]`,
      verdict: 'blocked',
    },
    {
      kubernetes: `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: "system:discovery"}
roleRef: {kind: ClusterRole, name: "system:discovery"}
subjects: [{kind: Group, name: "system:authenticated"}]`,
      verdict: 'blocked',
    },
  ],
});
