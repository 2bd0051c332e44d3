import { hostPath } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostPathSeen } from '../probe-words-of-places.ts';

const PATHS = [
  '/etc/shadow',
  '/etc/gshadow',
  '/root/.ssh',
  '/etc/ssh',
  '/etc/ssl/private',
  '/etc/sudoers.d',
  '/etc/krb5.keytab',
  '/etc/wireguard',
  '/root/.docker',
  '/root/.kube',
];

export default defineVector({
  id: 'host-secret-files-mount',
  title: 'Container can read secrets of the host',
  mechanism: 'mount',
  phase: 'create',
  goal: 'credential',
  severity: 'high',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [[hostPath(PATHS, 'secret files of the host are mounted', { parts: true, asRoot: true })]],
  probe: hostPathSeen(PATHS, { parts: true, asRoot: true }),
  why: "A bind mount is the host's own file system, and generic_permission() (fs/namei.c) checks the ids outside: root without a user namespace is its owner, and a pod with a user namespace has its volumes mounted with mapped ids. Password hashes, host keys and root's own keys are taken once and used from elsewhere.",
  fix: 'Mount single files that hold no secret.',
  refs: {
    cisDocker: ['5.6'],
    cisKubernetes: ['5.2.11'],
    nist800190: ['3.4.3', '3.5.5'],
    pss: ['baseline:hostPathVolumes', 'restricted:restrictedVolumes'],
    owaspKubernetes: ['K01'],
    microsoftMatrix: ['MS-TA9013'],
    attack: ['T1552.001'],
    cwe: ['CWE-522', 'CWE-668'],
    kubehound: ['EXPLOIT_HOST_READ', 'EXPLOIT_HOST_TRAVERSE'],
  },
  examples: [
    { docker: 'run -v /etc/ssh:/v debian', verdict: 'open' },
    { docker: 'run -v /srv/data:/v debian', verdict: 'blocked' },
    { docker: 'run -v /:/host debian', verdict: 'open' },
    { docker: 'run -v /etc/ssh:/v:ro debian', verdict: 'open' },
    { docker: 'run -v /etc/ssh:/v debian', withDaemon: '{"userns-remap":"default"}', verdict: 'blocked', depth: 1 },
    { docker: 'run -v /etc/ssh:/v --user 1000 --security-opt no-new-privileges debian', verdict: 'blocked', depth: 1 },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: { name: a }
spec:
  volumes:
    - { name: v, hostPath: { path: /etc/ssh } }
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
    - { name: v, hostPath: { path: /etc/ssh } }
  containers:
    - name: c
      image: debian
      volumeMounts: [{ name: v, mountPath: /v }]
`,
      verdict: 'open',
    },
  ],
});
