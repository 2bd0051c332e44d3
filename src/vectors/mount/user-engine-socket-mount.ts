import { connectsToSocket } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostSocketOpen } from '../probe-words-of-places.ts';

const SOCKET = {
  source:
    '^((/run/user/[0-9]+|/home/[^/]+|/Users/[^/]+|~)(/.*)?/(docker|podman)[.]sock|/run/user(/[0-9]+(/podman)?)?|/run|/)$',
  title: 'the socket of a rootless engine is mounted',
  mode: 'any',
} as const;

export default defineVector({
  id: 'user-engine-socket-mount',
  title: 'Container can command a rootless container engine',
  mechanism: 'mount',
  phase: 'create',
  goal: 'host-service',
  severity: 'high',
  stride: 'TIE',
  appliesTo: ['workload'],
  routes: [[connectsToSocket(SOCKET)]],
  probe: hostSocketOpen(SOCKET, { below: ['/run/user'], named: '/(docker|podman)[.]sock$' }),
  why: 'The socket of a rootless engine gives every right of the user who runs it: a container with the home directory mounted reads keys and changes start-up files. A read-only mount does not help: connecting asks for the mode of the socket only (unix_find_bsd(), net/unix/af_unix.c).',
  fix: 'Use a filtering proxy with an allow list, or another user for the engine.',
  refs: {
    cisDocker: ['5.32', '5.6'],
    cisKubernetes: ['5.2.11'],
    nist800190: ['3.4.3', '3.5.5'],
    pss: ['baseline:hostPathVolumes', 'restricted:restrictedVolumes'],
    owaspKubernetes: ['K01'],
    microsoftMatrix: ['MS-TA9013'],
    attack: ['T1611', 'T1610'],
    owaspDocker: ['R1'],
    cwe: ['CWE-668'],
  },
  examples: [
    { docker: 'run -v /run/user/1000/docker.sock:/s debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run -v /run/user/1000/docker.sock:/s:ro debian', verdict: 'open' },
    { docker: 'run -v /run/user/1000/docker.sock:/s --runtime kata debian', verdict: 'blocked' },
    { docker: 'run -v /run/user/1000/docker.sock:/s --runtime runsc debian', verdict: 'unknown' },
    {
      podman: 'run -v /run/user/1000/podman/podman.sock:/s debian',
      host: 'engine: { rootless: true }',
      verdict: 'open',
    },
  ],
});
