import { hostPath } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostPathSeen } from '../probe-words-of-places.ts';

const PATHS = ['/opt/cni/bin', '/etc/cni/net.d'];

export default defineVector({
  id: 'cni-directory-mount',
  title: 'Container can replace network plug-ins that the node runs as root',
  mechanism: 'mount',
  phase: 'create',
  goal: 'host-root',
  severity: 'critical',
  stride: 'TE',
  appliesTo: ['workload'],
  routes: [
    [
      hostPath(PATHS, 'directories of CNI are mounted writable', {
        writable: true,
        parts: true,
        asRoot: true,
      }),
    ],
  ],
  probe: hostPathSeen(PATHS, { writable: true, parts: true, asRoot: true }),
  why: "A bind mount is the host's own file system, and generic_permission() (fs/namei.c) checks the ids outside: root without a user namespace is its owner, and a pod with a user namespace has its volumes mounted with mapped ids. The container runtime executes the plug-ins named in /etc/cni/net.d from /opt/cni/bin as root for every pod that starts (CNI specification 1.1).",
  fix: "Only the network plug-in's own installer mounts these, and for writing only while it installs.",
  refs: {
    cisDocker: ['5.6'],
    cisKubernetes: ['5.2.11'],
    nist800190: ['3.4.3', '3.5.5'],
    pss: ['baseline:hostPathVolumes', 'restricted:restrictedVolumes'],
    owaspKubernetes: ['K01'],
    microsoftMatrix: ['MS-TA9013'],
    attack: ['T1611', 'T1554'],
    cwe: ['CWE-732'],
  },
  examples: [
    { docker: 'run -v /opt/cni/bin:/v debian', verdict: 'open' },
    { docker: 'run -v /srv/data:/v debian', verdict: 'blocked' },
    { docker: 'run -v /:/host debian', verdict: 'open' },
    { docker: 'run -v /opt/cni/bin:/v:ro debian', verdict: 'blocked', depth: 1 },
    { docker: 'run -v /opt/cni/bin:/v debian', withDaemon: '{"userns-remap":"default"}', verdict: 'blocked', depth: 1 },
    {
      docker: 'run -v /opt/cni/bin:/v --user 1000 --security-opt no-new-privileges debian',
      verdict: 'blocked',
      depth: 1,
    },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: { name: a }
spec:
  volumes:
    - { name: v, hostPath: { path: /opt/cni/bin } }
  containers:
    - name: c
      image: debian
      volumeMounts: [{ name: v, mountPath: /v }]
`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: { name: a }
spec:
  hostUsers: false
  volumes:
    - { name: v, hostPath: { path: /opt/cni/bin } }
  containers:
    - name: c
      image: debian
      volumeMounts: [{ name: v, mountPath: /v }]
`,
      verdict: 'open',
    },
  ],
});
