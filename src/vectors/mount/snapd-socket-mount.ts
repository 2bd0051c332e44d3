import { connectsToSocket } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostSocketOpen } from '../probe-words-of-places.ts';

const SOCKET = { covers: ['/run/snapd.socket'], title: 'the socket of snapd is mounted' };

export default defineVector({
  id: 'snapd-socket-mount',
  title: 'Container can install software on the host through snapd',
  mechanism: 'mount',
  phase: 'create',
  goal: 'host-root',
  severity: 'high',
  stride: 'TE',
  appliesTo: ['workload'],
  routes: [[connectsToSocket(SOCKET)]],
  probe: hostSocketOpen(SOCKET),
  why: 'snapd trusts a peer of uid 0 (SO_PEERCRED) and installs packages whose hooks run as root. A read-only mount does not help: connecting asks for the mode of the socket only (unix_find_bsd(), net/unix/af_unix.c).',
  fix: 'Remove the mount.',
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
    { docker: 'run -v /run/snapd.socket:/s debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run -v /run/snapd.socket:/s:ro debian', verdict: 'open' },
    {
      docker: 'run -v /run/snapd.socket:/s debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run -v /run/snapd.socket:/s --runtime kata debian', verdict: 'blocked' },
    { docker: 'run -v /run/snapd.socket:/s --runtime runsc debian', verdict: 'unknown' },
  ],
});
