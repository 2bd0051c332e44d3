import { someFact } from '../../model/words.ts';
import { onKubernetes } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'token-for-other-service',
  title: 'A token with which another service knows the workload lies in the container',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'credential',
  severity: 'low',
  stride: 'SI',
  appliesTo: ['workload'],
  platforms: ['linux', 'windows'],
  when: onKubernetes,
  routes: [
    [
      someFact({
        family: 'kubernetes.token-audience.',
        mechanism: 'orchestrator',
        title: 'a projected token with an audience of its own is mounted',
      }),
    ],
  ],
  why: "A projected token with `audience` is refused by the API server and accepted by the service it names: a secret store, a cloud's token exchange, another cluster. Code in the container gets what that service grants to the service account, and may carry the token away for as long as it is valid.",
  fix: 'Mount it in the container that needs it alone, with a short expirationSeconds, and grant little on the other side.',
  refs: {
    attack: ['T1528', 'T1550.001'],
    nist800190: ['3.3.2'],
    owaspKubernetes: ['K03', 'K08'],
    microsoftMatrix: ['MS-TA9020'],
    kubehound: ['TOKEN_STEAL'],
    cwe: ['CWE-522'],
    docs: ['Kubernetes documentation: Projected Volumes'],
  },
  examples: [
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  serviceAccountName: web
  automountServiceAccountToken: false
  volumes: [{name: t, projected: {sources: [{serviceAccountToken: {path: token, audience: vault, expirationSeconds: 3600}}]}}]
  containers:
  - name: app
    image: shop/web
    volumeMounts: [{name: t, mountPath: /var/run/token}]`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  serviceAccountName: web
  automountServiceAccountToken: false
  volumes: [{name: t, projected: {sources: [{serviceAccountToken: {path: token, expirationSeconds: 3600}}]}}]
  containers:
  - name: app
    image: shop/web
    volumeMounts: [{name: t, mountPath: /var/run/token}]`,
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
    image: shop/web`,
      verdict: 'blocked',
    },
  ],
});
