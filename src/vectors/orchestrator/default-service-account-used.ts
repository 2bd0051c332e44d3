import { fact } from '../../model/words.ts';
import { onKubernetes } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'default-service-account-used',
  title: 'The pod runs as the default service account with its token mounted',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'credential',
  severity: 'low',
  stride: 'SE',
  appliesTo: ['workload'],
  platforms: ['linux', 'windows'],
  when: onKubernetes,
  routes: [
    [
      fact('kubernetes.service-account', { is: 'default' }, 'orchestrator'),
      fact('kubernetes.service-account-token', { is: true }, 'orchestrator', { set: false }),
    ],
  ],
  why: 'All pods of a namespace that name no service account share `default`. Rights bound to it for one of them are held by each, and the audit log does not tell them apart.',
  fix: 'Give the workload a service account of its own, or do not mount the token.',
  refs: {
    attack: ['T1078.001'],
    cisKubernetes: ['5.1.5'],
    nist800190: ['3.3.2'],
    owaspKubernetes: ['K02', 'K09'],
    microsoftMatrix: ['MS-TA9016'],
    kubehound: ['IDENTITY_ASSUME'],
    cwe: ['CWE-1188'],
    docs: ['Kubernetes documentation: Configure Service Accounts for Pods'],
  },
  examples: [
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
  - name: app
    image: shop/web`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  serviceAccountName: default
  containers:
  - name: app
    image: shop/web`,
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
metadata: {name: web, namespace: shop}`,
      verdict: 'blocked',
    },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  automountServiceAccountToken: false
  containers:
  - name: app
    image: shop/web`,
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
