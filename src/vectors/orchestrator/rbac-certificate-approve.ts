import { actsWith, CHANGE, holdsRights, mayDo } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'rbac-certificate-approve',
  title: 'Certificates of other identities can be approved',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'cluster',
  severity: 'critical',
  stride: 'SE',
  appliesTo: ['workload', 'cluster'],
  platforms: ['linux', 'windows'],
  when: holdsRights,
  routes: [
    actsWith(
      mayDo(CHANGE, ['certificatesigningrequests/approval'], { clusterWide: true }),
      mayDo(['approve'], ['signers'], { clusterWide: true }),
    ),
  ],
  why: 'Who approves requests of the signer kubernetes.io/kube-apiserver-client lets certificates for any user name be issued; the API server takes the name from the certificate. Approving asks for the subresource and for `approve` on the signer (plugin/pkg/admission/certificates/approval). Only the group system:masters is refused to that signer (certificates/subjectrestriction).',
  fix: 'Limit `approve` with resourceNames to the signer meant; leave client certificates to people.',
  refs: {
    attack: ['T1649', 'T1098'],
    cisKubernetes: ['5.1.11'],
    nist800190: ['3.3.1', '3.3.2'],
    owaspKubernetes: ['K02'],
    cwe: ['CWE-269'],
    docs: ['Kubernetes documentation: Role Based Access Control Good Practices'],
  },
  examples: [
    {
      kubernetes: `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: web}
rules:
- {apiGroups: ["certificates.k8s.io"], resources: [certificatesigningrequests/approval], verbs: [update]}
- {apiGroups: ["certificates.k8s.io"], resources: [signers], verbs: [approve]}
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
- {apiGroups: ["certificates.k8s.io"], resources: [certificatesigningrequests/approval], verbs: [update]}
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
kind: ClusterRole
metadata: {name: web}
rules:
- {apiGroups: ["certificates.k8s.io"], resources: [certificatesigningrequests], verbs: [create, get]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: web}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]`,
      verdict: 'blocked',
    },
  ],
});
