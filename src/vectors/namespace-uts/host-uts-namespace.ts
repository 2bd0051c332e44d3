import { fact, sharedKernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, shares, sharesKernel } from '../probe.ts';

export default defineVector({
  id: 'host-uts-namespace',
  title: 'Container sees the name of the host as its own',
  mechanism: 'namespace-uts',
  phase: 'create',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [
    [
      sharedKernel,
      fact('namespace.uts', { is: 'host' }, 'namespace-uts', {
        set: 'private',
        title: "uses the host's UTS namespace",
      }),
    ],
  ],
  probe: allOf(sharesKernel, shares('uts')),
  why: 'Host and domain name are those of the machine (uts_namespaces(7)); changes of the host show at once. Changing them needs CAP_SYS_ADMIN, which is a vector of its own.',
  fix: 'Keep the UTS namespace private.',
  refs: {
    attack: ['T1082'],
    cisDocker: ['5.21'],
    nist800190: ['3.4.3'],
    cwe: ['CWE-653'],
    docs: ['uts_namespaces(7)'],
  },
  examples: [
    { docker: 'run --uts host debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
  ],
});
