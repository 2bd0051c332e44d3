import { any, fact, host } from '../../model/words.ts';
import { ofKind, onKubernetes } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'pod-security-not-enforced',
  title: 'Pod Security admission does not restrict the namespace',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'host-root',
  severity: 'high',
  stride: 'E',
  appliesTo: ['workload', 'cluster'],
  platforms: ['linux', 'windows'],
  when: any('a pod or a namespace', onKubernetes, ofKind('Namespace')),
  routes: [
    [
      fact(
        'kubernetes.namespace-label.pod-security.kubernetes.io/enforce',
        { notIn: ['baseline', 'restricted'] },
        'orchestrator',
        {
          set: 'restricted',
          title: 'the namespace enforces neither baseline nor restricted',
        },
      ),
      host(
        'host.fact.pod-security-default',
        { notIn: ['baseline', 'restricted'] },
        {
          usually: 'passes',
          title: 'the API server has no stricter default (privileged unless an AdmissionConfiguration says so)',
        },
      ),
      fact('cluster.policy-engine', { is: false }, 'orchestrator', {
        absent: 'passes',
        title: 'no other admission policy reaches pods',
      }),
    ],
  ],
  why: "Whoever may create a pod in the namespace may ask for privileged mode, the host's namespaces and any path of the node, so the right to deploy is root on the nodes. The label pod-security.kubernetes.io/enforce decides it; without it the default of the API server's configuration holds, which is `privileged` (k8s.io/pod-security-admission, api/helpers.go). `warn` and `audit` refuse nothing.",
  fix: 'Label the namespace with `pod-security.kubernetes.io/enforce: restricted`, or baseline where that is too strict.',
  refs: {
    attack: ['T1610', 'T1611'],
    cisKubernetes: ['5.2.1', '5.6.3'],
    nist800190: ['3.3.1', '3.3.2'],
    owaspKubernetes: ['K04'],
    microsoftMatrix: ['MS-TA9018'],
    kubehound: ['POD_CREATE'],
    cwe: ['CWE-693'],
    docs: ['Kubernetes documentation: Pod Security Admission'],
  },
  examples: [
    {
      kubernetes: `apiVersion: v1
kind: Namespace
metadata: {name: shop}`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: privileged}}`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {pod-security.kubernetes.io/warn: restricted}}`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: baseline}}`,
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
---
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: restricted}}`,
      of: 'web/app',
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
      verdict: 'unknown',
    },
    {
      kubernetes: `apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
{apiVersion: kyverno.io/v1, kind: ClusterPolicy, metadata: {name: p}}`,
      verdict: 'unknown',
    },
    { docker: 'run debian', verdict: 'not-applicable' },
  ],
});
