import { any } from '../../model/words.ts';
import { argument, runsProgram } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'node-restriction-off',
  title: 'A kubelet may change nodes and pods that are not its own',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'cluster',
  severity: 'medium',
  stride: 'TE',
  appliesTo: ['workload'],
  when: runsProgram('kube-apiserver'),
  routes: [
    [
      any(
        'NodeRestriction does not run',
        argument(
          { notMatches: '^(--enable-admission-plugins=)?([A-Za-z]+,)*NodeRestriction(,|$)' },
          'the plug-in is not enabled',
        ),
        argument(
          { matches: '^--disable-admission-plugins=([A-Za-z]+,)*NodeRestriction(,|$)' },
          'the plug-in is disabled',
        ),
      ),
    ],
  ],
  why: "The admission plug-in NodeRestriction limits a kubelet's credentials to its own Node object and the pods bound to it; it is not among the plug-ins on by default. Without it one node that is broken into labels itself and others at will, and draws pods with stronger service accounts to itself.",
  fix: 'Set `--enable-admission-plugins=NodeRestriction`.',
  refs: {
    attack: ['T1098'],
    cisKubernetes: ['1.2.14'],
    nist800190: ['3.3.5'],
    owaspKubernetes: ['K04', 'K07'],
    cwe: ['CWE-269'],
    docs: ['Kubernetes documentation: Using Node Authorization'],
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
    command: [kube-apiserver, "--enable-admission-plugins=NodeRestriction", "--disable-admission-plugins=NodeRestriction"]`,
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
    command: [kube-apiserver, "--enable-admission-plugins=PodSecurity,NodeRestriction"]`,
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
