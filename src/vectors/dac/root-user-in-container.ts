import { rootUser } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { isRoot } from '../probe-places.ts';

export default defineVector({
  id: 'root-user-in-container',
  title: 'Container runs as root',
  mechanism: 'dac',
  phase: 'run',
  goal: 'privilege-in-container',
  severity: 'medium',
  stride: 'E',
  appliesTo: ['workload'],
  routes: [[rootUser]],
  probe: isRoot,
  why: "uid 0 holds the bounding set after every execve (cap_bprm_creds_from_file(), security/commoncap.c) and, without a user namespace, is root to the host's files: every other weakness counts for more.",
  fix: 'Add a numeric USER to the image; runAsNonRoot: true.',
  refs: {
    attack: ['T1611'],
    cisDocker: ['4.1'],
    cisKubernetes: ['5.2.7'],
    nist800190: ['3.1.2', '3.4.3'],
    pss: ['restricted:runAsNonRoot', 'restricted:runAsUser'],
    owaspDocker: ['D01', 'R2'],
    owaspKubernetes: ['K01'],
    cwe: ['CWE-250'],
    docs: ['capabilities(7)'],
  },
  examples: [
    { docker: 'run --user 0 debian', verdict: 'open' },
    { docker: 'run --user 1000 debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --user root debian', verdict: 'open' },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: { name: a }
spec:
  securityContext: { runAsNonRoot: true }
  containers:
    - { name: c, image: debian }
`,
      verdict: 'blocked',
    },
  ],
});
