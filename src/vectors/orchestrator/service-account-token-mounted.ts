import { fact } from '../../model/words.ts';
import { onKubernetes } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'service-account-token-mounted',
  title: 'The token of a service account lies in the container',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'credential',
  severity: 'low',
  stride: 'SI',
  appliesTo: ['workload'],
  platforms: ['linux', 'windows'],
  when: onKubernetes,
  routes: [[fact('kubernetes.service-account-token', { is: true }, 'orchestrator', { set: false })]],
  why: 'Code that runs in the container, or reads its files, signs in to the API server as the service account and has what any binding grants to it, to all accounts of the namespace and to everybody who authenticates. The admission plug-in mounts the token unless the pod or the account says `automountServiceAccountToken: false` (plugin/pkg/admission/serviceaccount); the file is readable by any user of the container.',
  fix: 'Set `automountServiceAccountToken: false` on pods that do not use the API.',
  refs: {
    attack: ['T1528', 'T1552.001'],
    cisKubernetes: ['5.1.6'],
    nist800190: ['3.3.2'],
    owaspKubernetes: ['K03', 'K09'],
    microsoftMatrix: ['MS-TA9016'],
    kubehound: ['TOKEN_STEAL', 'IDENTITY_ASSUME'],
    cwe: ['CWE-522'],
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
  serviceAccountName: web
  containers:
  - name: app
    image: shop/web
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: shop}`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  serviceAccountName: web
  automountServiceAccountToken: false
  containers:
  - name: app
    image: shop/web`,
      verdict: 'blocked',
      depth: 1,
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
automountServiceAccountToken: false`,
      of: 'web/app',
      verdict: 'blocked',
    },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  serviceAccountName: web
  automountServiceAccountToken: false
  volumes: [{name: t, projected: {sources: [{serviceAccountToken: {path: token}}]}}]
  containers:
  - name: app
    image: shop/web
    volumeMounts: [{name: t, mountPath: /var/run/token}]`,
      verdict: 'open',
    },
    { docker: 'run debian', verdict: 'not-applicable' },
  ],
});
