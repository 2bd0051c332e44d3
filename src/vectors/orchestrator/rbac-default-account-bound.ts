import { fact } from '../../model/words.ts';
import { ofKind } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'rbac-default-account-bound',
  title: 'Rights are granted to the default service account of a namespace',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'credential',
  severity: 'medium',
  stride: 'E',
  appliesTo: ['cluster'],
  when: ofKind('RoleBinding', 'ClusterRoleBinding'),
  routes: [
    [
      fact(
        'cluster.granted-to',
        { matches: '^(ServiceAccount/[^/]+/|User/system:serviceaccount:[^:]+:)default$' },
        'orchestrator',
        {
          title: 'it names a default service account',
        },
      ),
    ],
  ],
  why: 'Every pod that names no service account runs as `default` and has its token mounted (plugin/pkg/admission/serviceaccount). Rights bound to that account belong to each of them, whatever they are for.',
  fix: 'Make a service account for the workload that needs the rights and bind to it.',
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
kind: RoleBinding
metadata: {name: web, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: default, namespace: shop}]`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: web, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: User, name: "system:serviceaccount:shop:default"}]`,
      verdict: 'open',
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
