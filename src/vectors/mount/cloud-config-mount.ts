import { hostPath } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostPathSeen } from '../probe-words-of-places.ts';

const PATHS = ['/etc/kubernetes/azure.json', '/etc/kubernetes/cloud-config', '/var/lib/cloud', '/etc/azure'];

export default defineVector({
  id: 'cloud-config-mount',
  title: 'Container can read the cloud credentials of the node',
  mechanism: 'mount',
  phase: 'create',
  goal: 'credential',
  severity: 'high',
  stride: 'IE',
  appliesTo: ['workload'],
  routes: [[hostPath(PATHS, 'files of the cloud provider are mounted', { parts: true, asRoot: true })]],
  probe: hostPathSeen(PATHS, { parts: true, asRoot: true }),
  why: "A bind mount is the host's own file system, and generic_permission() (fs/namei.c) checks the ids outside: root without a user namespace is its owner, and a pod with a user namespace has its volumes mounted with mapped ids. The files of the cloud provider on a node hold a service principal or the user data it started with.",
  fix: 'Use workload identity; do not mount the files.',
  refs: {
    cisDocker: ['5.6'],
    cisKubernetes: ['5.2.11'],
    nist800190: ['3.4.3', '3.5.5'],
    pss: ['baseline:hostPathVolumes', 'restricted:restrictedVolumes'],
    owaspKubernetes: ['K01'],
    microsoftMatrix: ['MS-TA9013', 'MS-TA9026'],
    attack: ['T1552.001'],
    cwe: ['CWE-522'],
  },
  examples: [
    { docker: 'run -v /etc/kubernetes/azure.json:/v debian', verdict: 'open' },
    { docker: 'run -v /srv/data:/v debian', verdict: 'blocked' },
    { docker: 'run -v /:/host debian', verdict: 'open' },
    { docker: 'run -v /etc/kubernetes/azure.json:/v:ro debian', verdict: 'open' },
    {
      docker: 'run -v /etc/kubernetes/azure.json:/v debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
    {
      docker: 'run -v /etc/kubernetes/azure.json:/v --user 1000 --security-opt no-new-privileges debian',
      verdict: 'blocked',
      depth: 1,
    },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: { name: a }
spec:
  volumes:
    - { name: v, hostPath: { path: /etc/kubernetes/azure.json } }
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
    - { name: v, hostPath: { path: /etc/kubernetes/azure.json } }
  containers:
    - name: c
      image: debian
      volumeMounts: [{ name: v, mountPath: /v }]
`,
      verdict: 'open',
    },
  ],
});
