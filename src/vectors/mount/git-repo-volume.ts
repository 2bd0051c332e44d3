import { mounted, olderThan } from '../../model/words.ts';
import { onKubernetes } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'git-repo-volume',
  title: 'The kubelet clones a repository of the pod author on the node',
  mechanism: 'mount',
  phase: 'start',
  goal: 'host-root',
  severity: 'critical',
  stride: 'TE',
  appliesTo: ['workload'],
  when: onKubernetes,
  routes: [
    [
      mounted({ types: ['gitRepo'], title: 'a gitRepo volume is mounted' }),
      olderThan('engine.version', '1.33', 'orchestrator'),
    ],
  ],
  why: "For a gitRepo volume the kubelet runs git on the node, as root and outside any container, against a repository of the author's choice. A crafted `directory` made it run hooks (CVE-2024-10220, mended in 1.28.12, 1.29.7 and 1.30.3), and any defect of git itself has the same effect. Since 1.33 the driver is off and cannot be switched on (GitRepoVolumeDriver).",
  fix: 'Clone in an init container into an emptyDir; update to 1.33.',
  refs: {
    attack: ['T1611'],
    nist800190: ['3.4.3', '3.5.3'],
    pss: ['restricted:restrictedVolumes'],
    owaspKubernetes: ['K01'],
    cwe: ['CWE-22'],
    cve: ['CVE-2024-10220'],
    docs: ['KEP-5040'],
  },
  examples: [
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  serviceAccountName: web
  volumes: [{name: src, gitRepo: {repository: "https://git.example/shop.git"}}]
  containers:
  - name: app
    image: shop/web
    volumeMounts: [{name: src, mountPath: /src}]`,
      engine: 'kubernetes@1.32',
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  serviceAccountName: web
  volumes: [{name: src, gitRepo: {repository: "https://git.example/shop.git"}}]
  containers:
  - name: app
    image: shop/web
    volumeMounts: [{name: src, mountPath: /src}]`,
      verdict: 'blocked',
      depth: 1,
    },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  serviceAccountName: web
  volumes: [{name: src, emptyDir: {}}]
  containers:
  - name: app
    image: shop/web
    volumeMounts: [{name: src, mountPath: /src}]`,
      engine: 'kubernetes@1.32',
      verdict: 'blocked',
    },
  ],
});
