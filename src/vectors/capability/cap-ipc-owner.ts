import { capable, capableInContainer, fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, shares } from '../probe.ts';
import { capableInside, capableOnHost } from '../probe-questions.ts';

export default defineVector({
  id: 'cap-ipc-owner',
  title: 'Container can use System V objects of others',
  mechanism: 'capability',
  phase: 'create',
  goal: 'other-container',
  severity: 'medium',
  stride: 'TI',
  appliesTo: ['workload'],
  routes: [
    [
      fact('namespace.ipc', { is: 'host' }, 'namespace-ipc', {
        set: 'private',
        title: "uses the host's IPC namespace",
      }),
      capable('IPC_OWNER'),
    ],
    [
      fact('namespace.ipc', { is: 'shared' }, 'namespace-ipc', {
        set: 'private',
        title: 'shares an IPC namespace with other containers',
      }),
      capableInContainer('IPC_OWNER'),
    ],
  ],
  probe: anyOf(
    allOf(shares('ipc'), capableOnHost('IPC_OWNER')),
    allOf(shares('ipc', 'neighbours'), capableInside('IPC_OWNER')),
  ),
  why: 'ipcperms() (ipc/util.c) asks ns_capable(ns->user_ns, CAP_IPC_OWNER) where the mode of a shared memory segment, queue or semaphore refuses. It matters where the IPC namespace is that of the host or of neighbours.',
  fix: 'Drop it; keep IPC private.',
  refs: {
    cisDocker: ['5.4', '5.17'],
    cisKubernetes: ['5.2.9'],
    nist800190: ['3.4.3'],
    pss: ['baseline:capabilities_baseline', 'restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1005'],
    cwe: ['CWE-250'],
    docs: ['sysvipc(7)'],
  },
  examples: [
    { docker: 'run --ipc host --cap-add IPC_OWNER debian', verdict: 'open' },
    { docker: 'run --cap-add IPC_OWNER debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --ipc host debian', verdict: 'blocked', depth: 1 },
    {
      compose: '{services: {c: {image: debian, ipc: "service:web", cap_add: [IPC_OWNER]}, web: {image: debian}}}',
      of: 'c',
      verdict: 'open',
    },
  ],
});
