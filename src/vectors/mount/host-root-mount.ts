import { hostPath } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostPathSeen } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'host-root-mount',
  title: 'Container sees the whole file system of the host',
  mechanism: 'mount',
  phase: 'create',
  goal: 'host-data',
  severity: 'critical',
  stride: 'TIE',
  appliesTo: ['workload'],
  routes: [[hostPath(['/'], 'the root of the host is mounted')]],
  probe: hostPathSeen(['/']),
  why: "Every file that the container's user may read is there, with the sockets of every service; root without a user namespace reads keys and password hashes, too. Read-only keeps from writing files, not from connecting to sockets.",
  fix: 'Mount only the file that is needed, read-only.',
  refs: {
    cisDocker: ['5.6'],
    cisKubernetes: ['5.2.11'],
    nist800190: ['3.4.3', '3.5.5'],
    pss: ['baseline:hostPathVolumes', 'restricted:restrictedVolumes'],
    owaspKubernetes: ['K01'],
    microsoftMatrix: ['MS-TA9013'],
    attack: ['T1611'],
    cwe: ['CWE-668', 'CWE-732'],
    kubehound: ['EXPLOIT_HOST_WRITE', 'EXPLOIT_HOST_READ'],
  },
  examples: [
    { docker: 'run -v /:/host:ro debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked' },
    { docker: 'run -v /etc:/etc debian', verdict: 'blocked' },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: { name: a }
spec:
  volumes:
    - { name: v, hostPath: { path: / } }
  containers:
    - name: c
      image: debian
      volumeMounts: [{ name: v, mountPath: /v }]
`,
      verdict: 'open',
    },
    {
      compose: `services:
  a: { image: debian, volumes: ['/:/host'] }
`,
      verdict: 'open',
    },
    { docker: 'run -v /:/host --runtime runsc debian', verdict: 'open' },
  ],
});
