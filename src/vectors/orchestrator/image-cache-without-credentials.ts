import { any, fact, host, olderThan } from '../../model/words.ts';
import { onKubernetes } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'image-cache-without-credentials',
  title: 'Images in the cache of the node are used without credentials for them',
  mechanism: 'orchestrator',
  phase: 'distribute',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['workload'],
  platforms: ['linux', 'windows'],
  when: onKubernetes,
  routes: [
    [
      fact('image.pull-policy', { isNot: 'Always' }, 'orchestrator', {
        absent: 'passes',
        set: 'Always',
        title: 'the image is not asked of the registry at each start',
      }),
      any(
        'Always is not the default either',
        fact('image.pull-policy', { matches: '.' }, 'orchestrator', { absent: 'closed' }),
        fact('image.digest', { isNot: 'none' }, 'orchestrator', { absent: 'closed' }),
        fact('image.tag', { notIn: ['latest', 'none'] }, 'orchestrator', { absent: 'closed' }),
      ),
      any(
        'the kubelet does not check who may use it',
        olderThan('engine.version', '1.35', 'orchestrator'),
        host('host.fact.kubelet-pull-verification', { is: 'NeverVerify' }),
      ),
    ],
  ],
  why: "With IfNotPresent or Never a pod starts any image that lies on the node already, so a tenant who knows the name of another's private image runs and reads it. Only a pull asks the registry for credentials. Since 1.35 the kubelet checks by itself whether the pod's credentials would have pulled it (KubeletEnsureSecretPulledImages, beta and on; images preloaded on the node aside).",
  fix: 'Set `imagePullPolicy: Always`, enable the admission plug-in AlwaysPullImages, or update to 1.35.',
  refs: {
    attack: ['T1525', 'T1552'],
    cisKubernetes: ['1.2.11'],
    nist800190: ['3.2.3', '3.3.4'],
    owaspKubernetes: ['K01'],
    microsoftMatrix: ['MS-TA9037'],
    cwe: ['CWE-862'],
    docs: ['Kubernetes documentation: Images, ensure image pull credential verification', 'KEP-2535'],
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
    image: shop/web
    imagePullPolicy: IfNotPresent`,
      engine: 'kubernetes@1.34',
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
    image: shop/web:1.4`,
      engine: 'kubernetes@1.34',
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
    image: shop/web`,
      engine: 'kubernetes@1.34',
      verdict: 'blocked',
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
    imagePullPolicy: Always`,
      verdict: 'blocked',
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
    imagePullPolicy: IfNotPresent`,
      verdict: 'unknown',
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
    imagePullPolicy: IfNotPresent`,
      host: 'facts: {kubelet-pull-verification: NeverVerifyPreloadedImages}',
      verdict: 'blocked',
    },
  ],
});
