import { hostPath } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostPathSeen } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'host-log-read',
  title: 'Container can read the logs of the host',
  mechanism: 'mount',
  phase: 'create',
  goal: 'information',
  severity: 'medium',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [[hostPath(['/var/log', '/run/log/journal'], 'logs of the host are mounted', { parts: true })]],
  probe: hostPathSeen(['/var/log', '/run/log/journal'], { parts: true }),
  why: 'Logs name users, addresses, commands and now and then passwords. Many below /var/log are world-readable; root reads the rest.',
  fix: 'Mount the single log that is needed; collect logs on the host.',
  refs: {
    cisDocker: ['5.6'],
    cisKubernetes: ['5.2.11'],
    nist800190: ['3.4.3', '3.5.5'],
    pss: ['baseline:hostPathVolumes', 'restricted:restrictedVolumes'],
    owaspKubernetes: ['K01'],
    microsoftMatrix: ['MS-TA9013'],
    attack: ['T1611'],
    cwe: ['CWE-668'],
  },
  examples: [
    { docker: 'run -v /var/log/nginx:/v debian', verdict: 'open' },
    { docker: 'run -v /srv/data:/v debian', verdict: 'blocked' },
    { docker: 'run -v /:/host debian', verdict: 'open' },
    { docker: 'run -v /var/log/nginx:/v:ro debian', verdict: 'open' },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: { name: a }
spec:
  volumes:
    - { name: v, hostPath: { path: /var/log/nginx } }
  containers:
    - name: c
      image: debian
      volumeMounts: [{ name: v, mountPath: /v }]
`,
      verdict: 'open',
    },
    { docker: 'run -v /var/log:/v:ro --user 1000 debian', verdict: 'open' },
  ],
});
