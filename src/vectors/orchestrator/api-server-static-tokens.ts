import { argument, runsProgram } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'api-server-static-tokens',
  title: 'The API server takes tokens from a file',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'credential',
  severity: 'medium',
  stride: 'S',
  appliesTo: ['workload'],
  when: runsProgram('kube-apiserver'),
  routes: [[argument({ matches: '^--token-auth-file(=|$)' }, '--token-auth-file is set')]],
  why: 'Tokens of --token-auth-file stand in clear in a file of the control plane, never expire, and cannot be changed or withdrawn without a restart of the API server (k8s.io/apiserver/pkg/authentication/token/tokenfile). Groups stand beside them, system:masters included.',
  fix: 'Use client certificates with a short life, OIDC, or tokens of service accounts.',
  refs: {
    attack: ['T1552.001', 'T1078'],
    nist800190: ['3.3.2'],
    owaspKubernetes: ['K03', 'K09'],
    cwe: ['CWE-256'],
    docs: ['Kubernetes documentation: Authenticating, static token file'],
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
    command: [kube-apiserver, "--token-auth-file=/etc/kubernetes/tokens.csv"]`,
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
    command: [kube-apiserver, "--authorization-mode=Node,RBAC"]`,
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
    image: shop/web`,
      verdict: 'not-applicable',
    },
  ],
});
