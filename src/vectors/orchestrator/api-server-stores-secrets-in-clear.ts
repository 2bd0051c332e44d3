import { argument, runsProgram } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'api-server-stores-secrets-in-clear',
  title: 'The API server writes secrets to etcd in clear',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'credential',
  severity: 'medium',
  stride: 'I',
  appliesTo: ['workload'],
  when: runsProgram('kube-apiserver'),
  routes: [[argument({ notMatches: '^--encryption-provider-config(=|$)' }, 'no encryption configuration is stated')]],
  why: 'Without --encryption-provider-config the API server stores secrets as they are, base64 at most, and whoever reads etcd, its disk or a backup has all of them. What a configuration does is judged at the EncryptionConfiguration.',
  fix: 'Set `--encryption-provider-config` with a KMS provider first for secrets.',
  refs: {
    attack: ['T1552'],
    cisKubernetes: ['1.2.27'],
    nist800190: ['3.3.2'],
    owaspKubernetes: ['K03'],
    cwe: ['CWE-312'],
    docs: ['Kubernetes documentation: Encrypting Confidential Data at Rest'],
  },
  examples: [
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  hostNetwork: true
  containers:
  - name: kube-apiserver
    image: registry.k8s.io/kube-apiserver:v1.36.0
    command: [kube-apiserver, "--authorization-mode=Node,RBAC"]`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  hostNetwork: true
  containers:
  - name: kube-apiserver
    image: registry.k8s.io/kube-apiserver:v1.36.0
    command: [kube-apiserver, "--encryption-provider-config=/etc/kubernetes/enc.yaml"]`,
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
      verdict: 'not-applicable',
    },
  ],
});
