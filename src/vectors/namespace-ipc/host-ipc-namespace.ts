import { fact, sharedKernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, shares, sharesKernel } from '../probe.ts';

export default defineVector({
  id: 'host-ipc-namespace',
  title: 'Container can use shared memory and queues of the host',
  mechanism: 'namespace-ipc',
  phase: 'create',
  goal: 'host-service',
  severity: 'medium',
  stride: 'TI',
  appliesTo: ['workload'],
  routes: [
    [
      sharedKernel,
      fact('namespace.ipc', { is: 'host' }, 'namespace-ipc', {
        set: 'private',
        title: "uses the host's IPC namespace",
      }),
    ],
  ],
  probe: allOf(sharesKernel, shares('ipc')),
  why: "System V objects and POSIX queues of the host are addressable, and engines bind the host's /dev/shm with it. Modes are checked against the ids outside (ipcperms(), ipc/util.c): root without a user namespace opens what root on the host made.",
  fix: 'Keep IPC private; set shm_size where memory is the reason.',
  refs: {
    attack: ['T1005'],
    cisDocker: ['5.17'],
    cisKubernetes: ['5.2.4'],
    nist800190: ['3.4.3'],
    pss: ['baseline:hostNamespaces'],
    owaspKubernetes: ['K01'],
    cwe: ['CWE-653'],
    docs: ['ipc_namespaces(7)'],
  },
  examples: [
    { docker: 'run --ipc host debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: { name: a }
spec:
  hostIPC: true
  containers:
    - { name: c, image: debian }
`,
      verdict: 'open',
    },
  ],
});
