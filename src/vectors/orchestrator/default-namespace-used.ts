import { fact } from '../../model/words.ts';
import { onKubernetes } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'default-namespace-used',
  title: 'The workload runs in the namespace default',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'other-container',
  severity: 'low',
  stride: 'E',
  appliesTo: ['workload'],
  platforms: ['linux', 'windows'],
  when: onKubernetes,
  routes: [[fact('kubernetes.namespace', { is: 'default' }, 'orchestrator')]],
  why: 'Roles, network policies, quotas and the Pod Security level belong to a namespace. `default` gathers whatever names none, so workloads of different trust share secrets and accounts there, and it cannot be restricted for one without the others.',
  fix: 'Name a namespace in the manifest, one for each trust level.',
  refs: {
    attack: ['T1610'],
    cisKubernetes: ['5.6.1', '5.6.4'],
    nist800190: ['3.3.4'],
    owaspKubernetes: ['K01'],
    cwe: ['CWE-653'],
    docs: ['Kubernetes documentation: Namespaces'],
  },
  aliases: ['tenant-mixing'],
  examples: [
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: default}
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
metadata: {name: web}
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
