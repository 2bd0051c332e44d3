import { fact } from '../../model/words.ts';
import { onKubernetes } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'probe-to-other-host',
  title: 'A probe or hook sends requests of the node to another host',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'host-service',
  severity: 'medium',
  stride: 'SI',
  appliesTo: ['workload'],
  platforms: ['linux', 'windows'],
  when: onKubernetes,
  routes: [
    [
      fact('kubernetes.host-probe', { is: true }, 'orchestrator', {
        absent: 'closed',
        title: 'a probe or hook names a host',
      }),
    ],
  ],
  why: "The kubelet itself sends HTTP and TCP probes and the requests of lifecycle hooks, from the node's network namespace. With `host` they go wherever the author of the pod says: services on the node's loopback address, the metadata service, neighbours that trust the node; network policies of the pod do not see them. Pod Security `baseline` refuses the field since 1.34.",
  fix: 'Leave `host` out: probes then go to the pod.',
  refs: {
    attack: ['T1090', 'T1552.005'],
    nist800190: ['3.3.3', '3.4.2'],
    pss: ['baseline:hostProbesAndHostLifecycle'],
    owaspKubernetes: ['K01', 'K05'],
    microsoftMatrix: ['MS-TA9034'],
    cwe: ['CWE-918'],
    docs: ['Kubernetes documentation: Pod Security Standards', 'KEP-4940'],
  },
  examples: [
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  serviceAccountName: web
  containers:
  - name: app
    image: shop/web
    livenessProbe: {httpGet: {host: 169.254.169.254, path: /latest, port: 80}}`,
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
    image: shop/web
    lifecycle: {preStop: {httpGet: {host: 127.0.0.1, port: 9000}}}`,
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
    image: shop/web
    livenessProbe: {httpGet: {path: /healthz, port: 8080}}`,
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
      verdict: 'blocked',
    },
  ],
});
