import { hostPath } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostPathSeen } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'host-log-mount',
  title: 'Container can alter the logs of the host',
  mechanism: 'mount',
  phase: 'create',
  goal: 'host-data',
  severity: 'high',
  stride: 'TIR',
  appliesTo: ['workload'],
  routes: [
    [hostPath(['/var/log'], 'logs of the host are mounted writable', { writable: true, parts: true, asRoot: true })],
  ],
  probe: hostPathSeen(['/var/log'], { writable: true, parts: true, asRoot: true }),
  why: "A bind mount is the host's own file system, and generic_permission() (fs/namei.c) checks the ids outside: root without a user namespace is its owner, and a pod with a user namespace has its volumes mounted with mapped ids. Traces are removed or invented. On a node the kubelet follows links below /var/log when it serves logs, so a link to any file of the host is read by whoever may read logs.",
  fix: 'Mount read-only, and only the directory that is needed.',
  refs: {
    cisDocker: ['5.6'],
    cisKubernetes: ['5.2.11'],
    nist800190: ['3.4.3', '3.5.5'],
    pss: ['baseline:hostPathVolumes', 'restricted:restrictedVolumes'],
    owaspKubernetes: ['K01'],
    microsoftMatrix: ['MS-TA9013', 'MS-TA9021'],
    attack: ['T1611', 'T1070'],
    kubehound: ['CE_VAR_LOG_SYMLINK'],
    cwe: ['CWE-59', 'CWE-732'],
  },
  examples: [
    { docker: 'run -v /var/log:/v debian', verdict: 'open' },
    { docker: 'run -v /srv/data:/v debian', verdict: 'blocked' },
    { docker: 'run -v /:/host debian', verdict: 'open' },
    { docker: 'run -v /var/log:/v:ro debian', verdict: 'blocked', depth: 1 },
    { docker: 'run -v /var/log:/v debian', withDaemon: '{"userns-remap":"default"}', verdict: 'blocked', depth: 1 },
    { docker: 'run -v /var/log:/v --user 1000 --security-opt no-new-privileges debian', verdict: 'blocked', depth: 1 },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: { name: a }
spec:
  volumes:
    - { name: v, hostPath: { path: /var/log } }
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
    - { name: v, hostPath: { path: /var/log } }
  containers:
    - name: c
      image: debian
      volumeMounts: [{ name: v, mountPath: /v }]
`,
      verdict: 'open',
    },
  ],
});
