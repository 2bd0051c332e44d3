import { fact, someFact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'privileged-or-root-exec',
  title: 'A process enters the container with more rights than the container has',
  mechanism: 'runtime',
  phase: 'exec',
  goal: 'privilege-in-container',
  severity: 'medium',
  stride: 'TE',
  appliesTo: ['workload'],
  routes: [
    [
      someFact({
        family: 'exec.',
        property: 'privileged',
        value: { is: true },
        mechanism: 'runtime',
        title: 'it is started privileged',
      }),
    ],
    [
      someFact({
        family: 'exec.',
        property: 'user',
        value: { matches: '^(?:root|0)(?::|$)' },
        mechanism: 'dac',
        title: 'it is started as root',
      }),
      fact('process.uid', { isNot: 0 }, 'dac', { title: 'the container itself is not root' }),
    ],
  ],
  why: 'An exec joins the namespaces but takes user, capabilities and profile from its own request (moby daemon/exec_linux.go). It shares files, /proc and often the uid with what runs inside, which can trace it or change what it executes, and so gets its rights.',
  fix: 'Start it as the user of the container and without privilege; debug from a container of its own.',
  refs: {
    attack: ['T1609', 'T1611'],
    cisDocker: ['5.23', '5.24'],
    nist800190: ['3.4.3'],
    kubehound: ['POD_EXEC'],
    microsoftMatrix: ['MS-TA9006'],
    cwe: ['CWE-250'],
  },
  examples: [
    {
      compose:
        'services:\n  a:\n    image: debian\n    post_start:\n      - {command: chown -R app /data, privileged: true}\n',
      verdict: 'open',
    },
    {
      compose:
        'services:\n  a:\n    image: debian\n    user: "1000"\n    post_start:\n      - {command: chown -R app /data, user: root}\n',
      verdict: 'open',
    },
    {
      compose: 'services:\n  a:\n    image: debian\n    user: "1000"\n    post_start:\n      - {command: /warm-up}\n',
      verdict: 'blocked',
    },
    { docker: 'run debian', verdict: 'blocked' },
  ],
});
