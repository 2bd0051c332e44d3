import { connectsToSocket } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostSocketOpen } from '../probe-words-of-places.ts';

const SOCKET = {
  source: '(containerd|crio|buildkitd|cri-dockerd)[.]sock$',
  covers: [
    '/run/containerd/containerd.sock',
    '/run/crio/crio.sock',
    '/run/cri-dockerd.sock',
    '/run/buildkit/buildkitd.sock',
    '/run/k3s/containerd/containerd.sock',
    '/run/containerd/s',
  ],
  title: 'the socket of a container runtime is mounted',
};

export default defineVector({
  id: 'cri-socket-mount',
  title: 'Container can command the container runtime of the node',
  mechanism: 'mount',
  phase: 'create',
  goal: 'host-root',
  severity: 'critical',
  stride: 'TIDE',
  appliesTo: ['workload'],
  routes: [[connectsToSocket(SOCKET)]],
  probe: hostSocketOpen(SOCKET),
  why: 'containerd, CRI-O and BuildKit take orders from whoever may connect, root and its group by mode, and start containers without any admission. A read-only mount does not help: connecting asks for the mode of the socket only (unix_find_bsd(), net/unix/af_unix.c).',
  fix: "Remove the mount; agents use the kubelet's pod resources API.",
  refs: {
    cisDocker: ['5.6', '3.24'],
    cisKubernetes: ['5.2.11'],
    nist800190: ['3.4.3', '3.5.5'],
    pss: ['baseline:hostPathVolumes', 'restricted:restrictedVolumes'],
    owaspKubernetes: ['K01'],
    microsoftMatrix: ['MS-TA9013'],
    attack: ['T1611', 'T1610'],
    kubehound: ['EXPLOIT_CONTAINERD_SOCK'],
    cwe: ['CWE-668', 'CWE-732'],
  },
  examples: [
    { docker: 'run -v /run/containerd/containerd.sock:/s debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run -v /run/containerd/containerd.sock:/s:ro debian', verdict: 'open' },
    {
      docker: 'run -v /run/containerd/containerd.sock:/s debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run -v /run/containerd/containerd.sock:/s --runtime kata debian', verdict: 'blocked' },
    { docker: 'run -v /run/containerd/containerd.sock:/s --runtime runsc debian', verdict: 'unknown' },
    { docker: 'run -v /run/containerd/containerd.sock:/s --user 1000 debian', verdict: 'open' },
    {
      docker: 'run -v /run/containerd/containerd.sock:/s --user 1000:1000 --security-opt no-new-privileges debian',
      verdict: 'blocked',
    },
  ],
});
