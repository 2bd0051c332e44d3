import { all, any } from '../../model/words.ts';
import { argument, runsProgram } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'api-server-audit-off',
  title: 'The API server keeps no audit log',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'cluster',
  severity: 'medium',
  stride: 'R',
  appliesTo: ['workload'],
  when: runsProgram('kube-apiserver'),
  routes: [
    [
      any(
        'nothing is recorded',
        argument({ notMatches: '^--audit-policy-file(=|$)' }, 'no audit policy is stated'),
        all(
          'nowhere to write',
          argument({ notMatches: '^--audit-log-path(=|$)' }, 'no audit log is stated'),
          argument({ notMatches: '^--audit-webhook-config-file(=|$)' }, 'no audit webhook is stated'),
        ),
      ),
    ],
  ],
  why: 'Without a policy no event is logged, and without a log file or webhook a policy has no effect (apiserver/pkg/server/options/audit.go). Who read secrets, entered pods or changed bindings cannot be told afterwards.',
  fix: 'Set `--audit-policy-file` and `--audit-log-path`, and ship the log away.',
  refs: {
    attack: ['T1562'],
    cisKubernetes: ['1.2.16', '3.2.1'],
    nist800190: ['3.3.1'],
    owaspKubernetes: ['K10'],
    cwe: ['CWE-778'],
    docs: ['Kubernetes documentation: Auditing'],
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
    command: [kube-apiserver, "--audit-policy-file=/etc/kubernetes/audit.yaml"]`,
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
    command: [kube-apiserver, "--audit-policy-file=/etc/kubernetes/audit.yaml", "--audit-log-path=/var/log/audit.log"]`,
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
