import { any, host } from '../../model/words.ts';
import { argument, runsProgram } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'api-server-anonymous-auth',
  title: 'The API server answers requests without credentials',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['workload'],
  when: runsProgram('kube-apiserver'),
  routes: [
    [
      argument({ notMatches: '^--anonymous-auth=false$' }, 'anonymous requests are not refused'),
      any(
        'no configuration limits them to paths',
        argument({ notMatches: '^--authentication-config(=|$)' }, 'no authentication configuration is stated'),
        host('host.fact.api-server-anonymous', { is: true }),
      ),
    ],
  ],
  why: '--anonymous-auth is on by default. Requests without credentials become system:anonymous, which RBAC allows version and health by default and whatever a binding adds; they also reach the parsers of the API server. An AuthenticationConfiguration can limit them to health checks (stable since 1.34).',
  fix: 'Set `--anonymous-auth=false`, or allow the paths of health checks in the authentication configuration.',
  refs: {
    attack: ['T1190', 'T1613'],
    cisKubernetes: ['1.2.1'],
    nist800190: ['3.3.2'],
    owaspKubernetes: ['K06', 'K09'],
    microsoftMatrix: ['MS-TA9029'],
    cwe: ['CWE-306'],
    docs: ['Kubernetes documentation: Authenticating, anonymous requests'],
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
    command: [kube-apiserver, "--anonymous-auth=false"]`,
      verdict: 'blocked',
      depth: 1,
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
    command: [kube-apiserver, "--authentication-config=/etc/kubernetes/authn.yaml"]`,
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
    image: shop/web`,
      verdict: 'not-applicable',
    },
  ],
});
