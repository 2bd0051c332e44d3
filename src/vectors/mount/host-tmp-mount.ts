import { hostPath } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostPathSeen } from '../probe-words-of-places.ts';

const PATHS = ['/tmp', '/var/tmp'];

export default defineVector({
  id: 'host-tmp-mount',
  title: 'Container shares the temporary directory of the host',
  mechanism: 'mount',
  phase: 'create',
  goal: 'host-service',
  severity: 'medium',
  stride: 'TI',
  appliesTo: ['workload'],
  routes: [[hostPath(PATHS, 'the temporary directory of the host is mounted writable', { writable: true })]],
  probe: hostPathSeen(PATHS, { writable: true }),
  why: 'Everybody writes to /tmp (mode 1777): names that programs of the host will use can be taken first, links be planted, sockets and files of other users be opened where their modes allow.',
  fix: 'Use a tmpfs or a directory of its own.',
  refs: {
    cisDocker: ['5.6'],
    cisKubernetes: ['5.2.11'],
    nist800190: ['3.4.3', '3.5.5'],
    pss: ['baseline:hostPathVolumes', 'restricted:restrictedVolumes'],
    owaspKubernetes: ['K01'],
    microsoftMatrix: ['MS-TA9013'],
    attack: ['T1611'],
    cwe: ['CWE-668', 'CWE-59'],
  },
  examples: [
    { docker: 'run -v /tmp:/v debian', verdict: 'open' },
    { docker: 'run -v /srv/data:/v debian', verdict: 'blocked' },
    { docker: 'run -v /:/host debian', verdict: 'open' },
    { docker: 'run -v /tmp:/v:ro debian', verdict: 'blocked', depth: 1 },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: { name: a }
spec:
  volumes:
    - { name: v, hostPath: { path: /tmp } }
  containers:
    - name: c
      image: debian
      volumeMounts: [{ name: v, mountPath: /v }]
`,
      verdict: 'open',
    },
  ],
});
