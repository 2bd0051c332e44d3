import { all, any } from '../../model/words.ts';
import { argument, runsProgram } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'api-server-allows-everything',
  title: 'The API server lets every caller do everything',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'cluster',
  severity: 'critical',
  stride: 'STIDE',
  appliesTo: ['workload'],
  when: runsProgram('kube-apiserver'),
  routes: [
    [
      any(
        'no authorizer decides',
        argument(
          { matches: '^(--authorization-mode=)?([A-Za-z]+,)*AlwaysAllow(,|$)' },
          'AlwaysAllow is among the modes',
        ),
        all(
          'the default holds',
          argument({ notMatches: '^--authorization-mode(=|$)' }, 'no authorization mode is stated'),
          argument({ notMatches: '^--authorization-config(=|$)' }, 'no authorization configuration is stated'),
        ),
      ),
    ],
  ],
  why: "The modes are asked in order until one decides, and AlwaysAllow decides for everybody; it is also what holds where neither --authorization-mode nor --authorization-config is given (pkg/kubeapiserver/options/authorization.go). Any token of any pod is then the cluster's administrator.",
  fix: 'Set `--authorization-mode=Node,RBAC`.',
  refs: {
    attack: ['T1078', 'T1190'],
    cisKubernetes: ['1.2.6', '1.2.7', '1.2.8'],
    nist800190: ['3.3.1', '3.3.2'],
    owaspKubernetes: ['K02', 'K07'],
    microsoftMatrix: ['MS-TA9029'],
    cwe: ['CWE-862'],
    docs: ['kube-apiserver --help'],
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
    command: [kube-apiserver, "--authorization-mode=Node,RBAC,AlwaysAllow"]`,
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
    command: [kube-apiserver, "--etcd-servers=https://127.0.0.1:2379"]`,
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
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  hostNetwork: true
  containers:
  - name: kube-apiserver
    image: registry.k8s.io/kube-apiserver:v1.36.0
    command: [kube-apiserver, "--authorization-config=/etc/kubernetes/authorization.yaml"]`,
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
