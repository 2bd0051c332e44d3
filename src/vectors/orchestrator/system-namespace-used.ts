import { fact } from '../../model/words.ts';
import { onKubernetes } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'system-namespace-used',
  title: 'The workload runs in a namespace of the control plane',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'cluster',
  severity: 'medium',
  stride: 'E',
  appliesTo: ['workload'],
  platforms: ['linux', 'windows'],
  when: onKubernetes,
  routes: [[fact('kubernetes.namespace', { in: ['kube-system', 'kube-public', 'kube-node-lease'] }, 'orchestrator')]],
  why: 'kube-system holds the service accounts of controllers and secrets of the cluster, is exempt from most admission policies and quotas, and its pods may take the highest priorities. A workload that is broken into there is next to all of them.',
  fix: 'Give the workload a namespace of its own.',
  refs: {
    attack: ['T1036', 'T1610'],
    cisKubernetes: ['5.6.1'],
    nist800190: ['3.3.4'],
    owaspKubernetes: ['K01'],
    microsoftMatrix: ['MS-TA9023'],
    cwe: ['CWE-653'],
    docs: ['Kubernetes documentation: Namespaces'],
  },
  examples: [
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: kube-system}
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
  containers:
  - name: app
    image: shop/web`,
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run debian', verdict: 'not-applicable' },
  ],
});
