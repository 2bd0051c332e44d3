import { host } from '../../model/words.ts';
import { actsWith, CHANGE, holdsRights, mayDo } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'rbac-services-write',
  title: 'Traffic to addresses outside can be intercepted by a Service',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'other-container',
  severity: 'medium',
  stride: 'STI',
  appliesTo: ['workload', 'cluster'],
  platforms: ['linux', 'windows'],
  when: holdsRights,
  routes: [
    actsWith(
      mayDo(['create', ...CHANGE], ['services', 'services/status']),
      host(
        'host.fact.external-ips-denied',
        { isNot: true },
        {
          usually: 'passes',
          title: 'the API server takes externalIPs (DenyServiceExternalIPs is off by default)',
        },
      ),
    ),
  ],
  why: "A Service with externalIPs makes every node send traffic for those addresses to the Service's pods, whoever owns the addresses (CVE-2020-8554, not mended in the API). With `patch` on services/status the load balancer's address serves the same end. The built-in role `edit` includes it.",
  fix: 'Enable the admission plug-in DenyServiceExternalIPs or a policy on the field.',
  refs: {
    attack: ['T1557'],
    nist800190: ['3.3.1', '3.3.2', '3.3.3'],
    owaspKubernetes: ['K02', 'K05'],
    microsoftMatrix: ['MS-TA9036'],
    cwe: ['CWE-283'],
    cve: ['CVE-2020-8554'],
    docs: ['Kubernetes documentation: Admission Control, DenyServiceExternalIPs'],
  },
  examples: [
    {
      kubernetes: `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: web, namespace: shop}
rules:
- {apiGroups: [""], resources: [services], verbs: [create]}
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
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: web, namespace: shop}
rules:
- {apiGroups: [""], resources: [services], verbs: [get]}
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
