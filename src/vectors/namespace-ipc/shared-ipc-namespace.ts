import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { shares } from '../probe.ts';

export default defineVector({
  id: 'shared-ipc-namespace',
  title: 'Container shares memory and queues with a neighbour',
  mechanism: 'namespace-ipc',
  phase: 'create',
  goal: 'other-container',
  severity: 'medium',
  stride: 'TI',
  appliesTo: ['workload'],
  routes: [
    [
      fact('namespace.ipc', { is: 'shared' }, 'namespace-ipc', {
        set: 'private',
        title: 'shares an IPC namespace with other containers',
      }),
    ],
  ],
  probe: shares('ipc', 'neighbours'),
  why: 'Shared memory, semaphores and queues of the neighbour are open where their modes let its user in (ipcperms(), ipc/util.c), /dev/shm included. Containers of a pod share it always.',
  fix: 'Set the IPC mode to private.',
  refs: {
    attack: ['T1080'],
    cisDocker: ['5.17'],
    nist800190: ['3.4.3'],
    cwe: ['CWE-653'],
    docs: ['ipc_namespaces(7)'],
  },
  examples: [
    { compose: '{services: {c: {image: debian, ipc: "service:web"}, web: {image: debian}}}', of: 'c', verdict: 'open' },
    // The other container may itself be in the host's.
    { docker: 'run --ipc container:web debian', verdict: 'unknown' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --ipc host debian', verdict: 'blocked' },
  ],
});
