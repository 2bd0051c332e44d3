import { fact } from '../../model/words.ts';
import { onKubernetes } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'root-user-not-refused',
  title: 'The kubelet would start the image as root',
  mechanism: 'dac',
  phase: 'create',
  goal: 'privilege-in-container',
  severity: 'low',
  stride: 'E',
  appliesTo: ['workload'],
  when: onKubernetes,
  routes: [
    [
      fact('request.run-as-non-root', { isNot: true }, 'dac', {
        absent: 'passes',
        set: true,
        title: 'runAsNonRoot is not set',
      }),
      fact('request.user', { matches: '^0' }, 'dac', { absent: 'passes', title: 'no user other than root is set' }),
    ],
  ],
  why: "Without runAsUser the user is the image's. runAsNonRoot makes the kubelet refuse the start where that is uid 0 or a name (verifyRunAsNonRoot, pkg/kubelet/kuberuntime/security_context.go); without it, an image that was changed or mistaken runs as root, and with that regains the capabilities of the bounding set.",
  fix: 'Set `runAsNonRoot: true` in the securityContext of the pod.',
  refs: {
    attack: ['T1610'],
    cisKubernetes: ['5.2.7'],
    nist800190: ['3.4.3'],
    pss: ['restricted:runAsNonRoot'],
    owaspKubernetes: ['K01'],
    cwe: ['CWE-250'],
    docs: ['Kubernetes documentation: Pod Security Standards'],
  },
  examples: [
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  serviceAccountName: web
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
  securityContext: {runAsUser: 0}
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
  securityContext: {runAsNonRoot: true}
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
  securityContext: {runAsUser: 1000}
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
  securityContext: {runAsNonRoot: true}
  containers:
  - name: app
    image: shop/web
    securityContext: {runAsNonRoot: false}`,
      verdict: 'open',
    },
  ],
});
