import { hostPath } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostPathSeen } from '../probe-words-of-places.ts';

const PATHS = ['/etc', '/root', '/var/spool/cron', '/usr/lib/systemd/system', '/run/systemd/system'];

export default defineVector({
  id: 'host-etc-mount',
  title: 'Container can change the configuration that the host runs as root',
  mechanism: 'mount',
  phase: 'create',
  goal: 'host-root',
  severity: 'critical',
  stride: 'TE',
  appliesTo: ['workload'],
  routes: [
    [hostPath(PATHS, 'configuration of the host is mounted writable', { writable: true, parts: true, asRoot: true })],
  ],
  probe: hostPathSeen(PATHS, { writable: true, parts: true, asRoot: true }),
  why: "A bind mount is the host's own file system, and generic_permission() (fs/namei.c) checks the ids outside: root without a user namespace is its owner, and a pod with a user namespace has its volumes mounted with mapped ids. A line in a cron table, a unit file, /etc/ld.so.preload, /etc/passwd or root's authorized_keys is executed or believed by root of the host.",
  fix: 'Copy the values that are needed into a config object; mount read-only.',
  refs: {
    cisDocker: ['5.6'],
    cisKubernetes: ['5.2.11'],
    nist800190: ['3.4.3', '3.5.5'],
    pss: ['baseline:hostPathVolumes', 'restricted:restrictedVolumes'],
    owaspKubernetes: ['K01'],
    microsoftMatrix: ['MS-TA9013'],
    attack: ['T1611', 'T1053', 'T1098', 'T1543'],
    cwe: ['CWE-668', 'CWE-732'],
    kubehound: ['EXPLOIT_HOST_WRITE'],
  },
  examples: [
    { docker: 'run -v /etc/cron.d:/v debian', verdict: 'open' },
    { docker: 'run -v /srv/data:/v debian', verdict: 'blocked' },
    { docker: 'run -v /:/host debian', verdict: 'open' },
    { docker: 'run -v /etc/cron.d:/v:ro debian', verdict: 'blocked', depth: 1 },
    { docker: 'run -v /etc/cron.d:/v debian', withDaemon: '{"userns-remap":"default"}', verdict: 'blocked', depth: 1 },
    {
      docker: 'run -v /etc/cron.d:/v --user 1000 --security-opt no-new-privileges debian',
      verdict: 'blocked',
      depth: 1,
    },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: { name: a }
spec:
  volumes:
    - { name: v, hostPath: { path: /etc/cron.d } }
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
    - { name: v, hostPath: { path: /etc/cron.d } }
  containers:
    - name: c
      image: debian
      volumeMounts: [{ name: v, mountPath: /v }]
`,
      verdict: 'open',
    },
    { docker: 'run -v /etc/localtime:/etc/localtime:ro debian', verdict: 'blocked' },
  ],
});
