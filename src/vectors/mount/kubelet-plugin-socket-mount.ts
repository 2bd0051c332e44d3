import { connectsToSocket } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostSocketOpen } from '../probe-words-of-places.ts';

const SOCKET = {
  covers: ['/var/lib/kubelet/device-plugins/kubelet.sock', '/var/lib/kubelet/plugins_registry'],
  title: 'the plug-in sockets of the kubelet are mounted',
};

export default defineVector({
  id: 'kubelet-plugin-socket-mount',
  title: 'Container can register as a plug-in of the kubelet',
  mechanism: 'mount',
  phase: 'create',
  goal: 'host-root',
  severity: 'high',
  stride: 'STE',
  appliesTo: ['workload'],
  routes: [[connectsToSocket(SOCKET)]],
  probe: hostSocketOpen(SOCKET),
  why: 'The kubelet hands devices and mounts of a registered plug-in to other pods as they are told: a device plug-in of the attacker puts any device or path of the node into the pods it serves. A read-only mount does not help: connecting asks for the mode of the socket only (unix_find_bsd(), net/unix/af_unix.c).',
  fix: 'Only reviewed device plug-ins and storage drivers mount it.',
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
    { docker: 'run -v /var/lib/kubelet/device-plugins:/s debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run -v /var/lib/kubelet/device-plugins:/s:ro debian', verdict: 'open' },
    {
      docker: 'run -v /var/lib/kubelet/device-plugins:/s debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run -v /var/lib/kubelet/device-plugins:/s --runtime kata debian', verdict: 'blocked' },
    { docker: 'run -v /var/lib/kubelet/device-plugins:/s --runtime runsc debian', verdict: 'unknown' },
  ],
});
