import { connectsToSocket } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostSocketOpen } from '../probe-words-of-places.ts';

const SOCKET = {
  source: '^(?!/run/user/|/home/|/Users/|~).*(docker|podman)[.]sock$',
  covers: ['/run/docker.sock', '/run/podman/podman.sock'],
  title: 'the socket of the container engine is mounted',
  groups: ['docker'],
};

export default defineVector({
  id: 'docker-socket-mount',
  title: 'Container can command the container engine of the host',
  mechanism: 'mount',
  phase: 'create',
  goal: 'host-root',
  severity: 'critical',
  stride: 'TIDE',
  appliesTo: ['workload'],
  routes: [[connectsToSocket(SOCKET)]],
  probe: hostSocketOpen(SOCKET),
  why: "Whoever may connect to the engine's socket starts a privileged container with the host's root mounted: the API has no smaller right than that. A read-only mount does not help: connecting asks for the mode of the socket only (unix_find_bsd(), net/unix/af_unix.c).",
  fix: 'Use a build tool without an engine or a filtering proxy with an allow list; a rootless engine bounds the loss to its user.',
  refs: {
    cisDocker: ['5.32', '5.6'],
    cisKubernetes: ['5.2.11'],
    nist800190: ['3.4.3', '3.5.5'],
    pss: ['baseline:hostPathVolumes', 'restricted:restrictedVolumes'],
    owaspKubernetes: ['K01'],
    microsoftMatrix: ['MS-TA9013'],
    attack: ['T1611', 'T1610'],
    owaspDocker: ['D04', 'R1'],
    cwe: ['CWE-668', 'CWE-732'],
    docs: ['Docker Engine API'],
    papers: ['analysis-oslv', 'ncc-hardening'],
  },
  examples: [
    { docker: 'run -v /var/run/docker.sock:/s debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run -v /var/run/docker.sock:/s:ro debian', verdict: 'open' },
    {
      docker: 'run -v /var/run/docker.sock:/s debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run -v /var/run/docker.sock:/s --runtime kata debian', verdict: 'blocked' },
    { docker: 'run -v /var/run/docker.sock:/s --runtime runsc debian', verdict: 'unknown' },
    {
      compose: `services:
  a: { image: debian, volumes: ['/var/run/docker.sock:/var/run/docker.sock:ro'] }
`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: { name: a }
spec:
  volumes:
    - { name: v, hostPath: { path: /var/run/docker.sock } }
  containers:
    - name: c
      image: debian
      volumeMounts: [{ name: v, mountPath: /v }]
`,
      verdict: 'open',
    },
    { docker: 'run -v /run:/host/run debian', verdict: 'open' },
    { docker: 'run -v /:/host:ro debian', verdict: 'open' },
    {
      docker: 'run -v /var/run/docker.sock:/s --user 1000 --security-opt no-new-privileges debian',
      verdict: 'blocked',
    },
    { docker: 'run -v /var/run/docker.sock:/s --user 1000 --group-add docker debian', verdict: 'open' },
    {
      docker: 'run -v /var/run/docker.sock:/s --user 1000 --group-add 998 --security-opt no-new-privileges debian',
      verdict: 'unknown',
    },
    { docker: 'run -v /run/user/1000/docker.sock:/s debian', verdict: 'blocked' },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: { name: a }
spec:
  hostUsers: false
  volumes:
    - { name: v, hostPath: { path: /var/run/docker.sock } }
  containers:
    - name: c
      image: debian
      volumeMounts: [{ name: v, mountPath: /v }]
`,
      verdict: 'open',
    },
  ],
});
