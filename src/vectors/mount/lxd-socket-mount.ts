import { connectsToSocket } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostSocketOpen } from '../probe-words-of-places.ts';

const SOCKET = {
  covers: ['/var/snap/lxd/common/lxd/unix.socket', '/var/lib/lxd/unix.socket', '/var/lib/incus/unix.socket'],
  title: 'the socket of LXD or Incus is mounted',
  groups: ['lxd', 'incus-admin'],
};

export default defineVector({
  id: 'lxd-socket-mount',
  title: 'Container can command LXD or Incus of the host',
  mechanism: 'mount',
  phase: 'create',
  goal: 'host-root',
  severity: 'critical',
  stride: 'TIDE',
  appliesTo: ['workload'],
  routes: [[connectsToSocket(SOCKET)]],
  probe: hostSocketOpen(SOCKET),
  why: 'LXD and Incus start a privileged container with any path of the host for whoever may connect. A read-only mount does not help: connecting asks for the mode of the socket only (unix_find_bsd(), net/unix/af_unix.c).',
  fix: 'Remove the mount; use a restricted client certificate.',
  refs: {
    cisDocker: ['5.6'],
    cisKubernetes: ['5.2.11'],
    nist800190: ['3.4.3', '3.5.5'],
    pss: ['baseline:hostPathVolumes', 'restricted:restrictedVolumes'],
    owaspKubernetes: ['K01'],
    microsoftMatrix: ['MS-TA9013'],
    attack: ['T1611', 'T1610'],
    cwe: ['CWE-668'],
  },
  examples: [
    { docker: 'run -v /var/lib/incus/unix.socket:/s debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run -v /var/lib/incus/unix.socket:/s:ro debian', verdict: 'open' },
    {
      docker: 'run -v /var/lib/incus/unix.socket:/s debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run -v /var/lib/incus/unix.socket:/s --runtime kata debian', verdict: 'blocked' },
    { docker: 'run -v /var/lib/incus/unix.socket:/s --runtime runsc debian', verdict: 'unknown' },
  ],
});
