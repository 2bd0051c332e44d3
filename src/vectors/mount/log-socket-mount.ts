import { connectsToSocket } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostSocketOpen } from '../probe-words-of-places.ts';

const SOCKET = {
  covers: ['/dev/log', '/run/systemd/journal/socket', '/run/systemd/journal/dev-log'],
  title: 'the log socket of the host is mounted',
  mode: 'any',
} as const;

export default defineVector({
  id: 'log-socket-mount',
  title: 'Container can write into the system log of the host',
  mechanism: 'mount',
  phase: 'create',
  goal: 'host-service',
  severity: 'low',
  stride: 'SR',
  appliesTo: ['workload'],
  routes: [[connectsToSocket(SOCKET)]],
  probe: hostSocketOpen(SOCKET),
  why: "The sockets of the logger are open to everybody; the text and the program's name are the sender's own, so records are forged and real ones drowned. A read-only mount does not help: connecting asks for the mode of the socket only (unix_find_bsd(), net/unix/af_unix.c).",
  fix: 'Log to standard output and let the engine forward it.',
  refs: {
    cisDocker: ['5.6'],
    cisKubernetes: ['5.2.11'],
    nist800190: ['3.4.3', '3.5.5'],
    pss: ['baseline:hostPathVolumes', 'restricted:restrictedVolumes'],
    owaspKubernetes: ['K01'],
    microsoftMatrix: ['MS-TA9013'],
    attack: ['T1070'],
    cwe: ['CWE-668'],
  },
  examples: [
    { docker: 'run -v /dev/log:/s debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run -v /dev/log:/s:ro debian', verdict: 'open' },
    { docker: 'run -v /dev/log:/s --runtime kata debian', verdict: 'blocked' },
    { docker: 'run -v /dev/log:/s --runtime runsc debian', verdict: 'unknown' },
  ],
});
