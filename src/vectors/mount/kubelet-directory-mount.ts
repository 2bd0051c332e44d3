import { hostPath } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostPathSeen } from '../probe-words-of-places.ts';

const PATHS = ['/var/lib/kubelet', '/etc/kubernetes', '/var/lib/etcd', '/var/lib/rancher'];

export default defineVector({
  id: 'kubelet-directory-mount',
  title: 'Container can read credentials of the node and of other pods',
  mechanism: 'mount',
  phase: 'create',
  goal: 'cluster',
  severity: 'critical',
  stride: 'ISE',
  appliesTo: ['workload'],
  routes: [[hostPath(PATHS, 'a directory of the kubelet or control plane is mounted', { parts: true, asRoot: true })]],
  probe: hostPathSeen(PATHS, { parts: true, asRoot: true }),
  why: "A bind mount is the host's own file system, and generic_permission() (fs/namei.c) checks the ids outside: root without a user namespace is its owner, and a pod with a user namespace has its volumes mounted with mapped ids. The kubelet's directory holds its client certificate and the tokens and secrets of every pod on the node; on a control plane, the keys of the cluster and etcd.",
  fix: 'Mount the single plug-in directory that a driver needs.',
  refs: {
    cisDocker: ['5.6'],
    cisKubernetes: ['5.2.11'],
    nist800190: ['3.4.3', '3.5.5'],
    pss: ['baseline:hostPathVolumes', 'restricted:restrictedVolumes'],
    owaspKubernetes: ['K01'],
    microsoftMatrix: ['MS-TA9013', 'MS-TA9003'],
    attack: ['T1552.001', 'T1528', 'T1611'],
    kubehound: ['TOKEN_LIST', 'EXPLOIT_HOST_READ'],
    cwe: ['CWE-522', 'CWE-668'],
  },
  examples: [
    { docker: 'run -v /var/lib/kubelet:/v debian', verdict: 'open' },
    { docker: 'run -v /srv/data:/v debian', verdict: 'blocked' },
    { docker: 'run -v /:/host debian', verdict: 'open' },
    { docker: 'run -v /var/lib/kubelet:/v:ro debian', verdict: 'open' },
    {
      docker: 'run -v /var/lib/kubelet:/v debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
    {
      docker: 'run -v /var/lib/kubelet:/v --user 1000 --security-opt no-new-privileges debian',
      verdict: 'blocked',
      depth: 1,
    },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: { name: a }
spec:
  volumes:
    - { name: v, hostPath: { path: /var/lib/kubelet } }
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
    - { name: v, hostPath: { path: /var/lib/kubelet } }
  containers:
    - name: c
      image: debian
      volumeMounts: [{ name: v, mountPath: /v }]
`,
      verdict: 'open',
    },
  ],
});
