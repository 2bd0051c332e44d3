import { connectsToSocket } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostSocketOpen } from '../probe-words-of-places.ts';

const SOCKET = {
  covers: ['/run/libvirt/libvirt-sock', '/run/libvirt/virtqemud-sock'],
  title: 'the socket of libvirt is mounted',
  groups: ['libvirt'],
};

export default defineVector({
  id: 'libvirt-socket-mount',
  title: 'Container can command the virtual machines of the host',
  mechanism: 'mount',
  phase: 'create',
  goal: 'host-root',
  severity: 'high',
  stride: 'TIDE',
  appliesTo: ['workload'],
  routes: [[connectsToSocket(SOCKET)]],
  probe: hostSocketOpen(SOCKET),
  why: 'libvirt starts a machine with any disk or file of the host for whoever may connect. A read-only mount does not help: connecting asks for the mode of the socket only (unix_find_bsd(), net/unix/af_unix.c).',
  fix: 'Remove the mount; use a remote connection with its own account.',
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
    { docker: 'run -v /run/libvirt/libvirt-sock:/s debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run -v /run/libvirt/libvirt-sock:/s:ro debian', verdict: 'open' },
    {
      docker: 'run -v /run/libvirt/libvirt-sock:/s debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run -v /run/libvirt/libvirt-sock:/s --runtime kata debian', verdict: 'blocked' },
    { docker: 'run -v /run/libvirt/libvirt-sock:/s --runtime runsc debian', verdict: 'unknown' },
  ],
});
