import { hostPath } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostPathSeen } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'static-pod-directory-mount',
  title: 'Container can start pods on the node past the API server',
  mechanism: 'mount',
  phase: 'create',
  goal: 'host-root',
  severity: 'critical',
  stride: 'TE',
  appliesTo: ['workload'],
  routes: [
    [
      hostPath(['/etc/kubernetes/manifests'], 'the manifests of static pods are mounted writable', {
        writable: true,
        parts: true,
        asRoot: true,
      }),
    ],
  ],
  probe: hostPathSeen(['/etc/kubernetes/manifests'], { writable: true, parts: true, asRoot: true }),
  why: "A bind mount is the host's own file system, and generic_permission() (fs/namei.c) checks the ids outside: root without a user namespace is its owner, and a pod with a user namespace has its volumes mounted with mapped ids. The kubelet starts every manifest in its static pod directory, privileged ones included, without admission.",
  fix: 'Do not mount it.',
  refs: {
    cisDocker: ['5.6'],
    cisKubernetes: ['5.2.11'],
    nist800190: ['3.4.3', '3.5.5'],
    pss: ['baseline:hostPathVolumes', 'restricted:restrictedVolumes'],
    owaspKubernetes: ['K01'],
    microsoftMatrix: ['MS-TA9013', 'MS-TA9017'],
    attack: ['T1611', 'T1610'],
    cwe: ['CWE-732'],
  },
  examples: [
    { docker: 'run -v /etc/kubernetes/manifests:/v debian', verdict: 'open' },
    { docker: 'run -v /srv/data:/v debian', verdict: 'blocked' },
    { docker: 'run -v /:/host debian', verdict: 'open' },
    { docker: 'run -v /etc/kubernetes/manifests:/v:ro debian', verdict: 'blocked', depth: 1 },
    {
      docker: 'run -v /etc/kubernetes/manifests:/v debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
    {
      docker: 'run -v /etc/kubernetes/manifests:/v --user 1000 --security-opt no-new-privileges debian',
      verdict: 'blocked',
      depth: 1,
    },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: { name: a }
spec:
  volumes:
    - { name: v, hostPath: { path: /etc/kubernetes/manifests } }
  containers:
    - name: c
      image: debian
      volumeMounts: [{ name: v, mountPath: /v }]
`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: { name: a }
spec:
  hostUsers: false
  volumes:
    - { name: v, hostPath: { path: /etc/kubernetes/manifests } }
  containers:
    - name: c
      image: debian
      volumeMounts: [{ name: v, mountPath: /v }]
`,
      verdict: 'open',
    },
  ],
});
