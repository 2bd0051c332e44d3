import { hostSysctl, mounted, sharedKernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, hostHas, sharesKernel } from '../probe.ts';
import { hasMounted } from '../probe-places.ts';

export default defineVector({
  id: 'pty-table-shared',
  title: 'Container can use up the pseudo-terminals of the host',
  mechanism: 'cgroup-limit',
  phase: 'run',
  goal: 'denial-of-service',
  severity: 'low',
  stride: 'D',
  appliesTo: ['workload'],
  routes: [
    [
      sharedKernel,
      mounted({ types: ['devpts'], title: 'a devpts file system is mounted' }),
      hostSysctl('kernel.pty.max', { below: 1000000 }, { usually: 'passes' }),
    ],
  ],
  probe: allOf(
    sharesKernel,
    hasMounted({ types: ['devpts'] }),
    hostHas(hostSysctl('kernel.pty.max', { below: 1000000 }, { usually: 'passes' })),
  ),
  why: 'devpts_new_index() (fs/devpts/inode.c) counts terminals of all instances together against kernel.pty.max, usually 4096; kernel.pty.reserve keeps 1024 of them for the instance of the host. The others find none left.',
  fix: 'Raise kernel.pty.max, keep the reserve; a limit of processes and descriptors per container.',
  refs: {
    attack: ['T1499.001'],
    nist800190: ['3.4.3'],
    owaspDocker: ['D07'],
    cwe: ['CWE-770'],
    papers: ['demons'],
    docs: ['pts(4)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'open' },
    { docker: 'run --runtime runsc debian', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', host: 'sysctls: { kernel.pty.max: 1048576 }', verdict: 'blocked', depth: 1 },
  ],
});
