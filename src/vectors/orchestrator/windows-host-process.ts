import { fact } from '../../model/words.ts';
import { onKubernetes } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'windows-host-process',
  title: 'A Windows container runs as a process of the node',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'host-root',
  severity: 'critical',
  stride: 'TIE',
  appliesTo: ['workload'],
  platforms: ['windows'],
  when: onKubernetes,
  routes: [[fact('kubernetes.host-process', { is: true }, 'orchestrator', { absent: 'closed', set: false })]],
  why: 'A HostProcess container has no isolation at all: it is a job object on the Windows node, with its file system, network and registry, as NT AUTHORITY\\\\SYSTEM where it asks for that. Pod Security `baseline` refuses it.',
  fix: 'Run as an ordinary Windows container; keep node agents in a namespace of their own.',
  refs: {
    attack: ['T1611'],
    cisKubernetes: ['5.2.10'],
    nist800190: ['3.4.3'],
    pss: ['baseline:windowsHostProcess'],
    owaspKubernetes: ['K01'],
    microsoftMatrix: ['MS-TA9018'],
    cwe: ['CWE-250'],
    docs: ['Kubernetes documentation: Create a Windows HostProcess Pod'],
  },
  examples: [
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  serviceAccountName: web
  os: {name: windows}
  hostNetwork: true
  securityContext: {windowsOptions: {hostProcess: true, runAsUserName: "NT AUTHORITY\\\\SYSTEM"}}
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
  os: {name: windows}
  containers:
  - name: app
    image: shop/web`,
      verdict: 'blocked',
      depth: 1,
    },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  serviceAccountName: web
  nodeSelector: {kubernetes.io/os: windows}
  containers:
  - name: app
    image: shop/web
    securityContext: {windowsOptions: {hostProcess: false}}`,
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
