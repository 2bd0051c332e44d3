import { any, capable, fact, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, shares, sharesKernel } from '../probe.ts';
import { capableOnHost, needs, triesHarmless } from '../probe-questions.ts';

export default defineVector({
  id: 'host-name-change',
  title: 'Container can rename the host',
  mechanism: 'namespace-uts',
  phase: 'create',
  goal: 'host-service',
  severity: 'medium',
  stride: 'STD',
  appliesTo: ['workload'],
  routes: [
    [
      fact('namespace.uts', { is: 'host' }, 'namespace-uts', {
        set: 'private',
        title: "uses the host's UTS namespace",
      }),
      capable('SYS_ADMIN'),
      any('a call', syscall('sethostname'), syscall('setdomainname')),
    ],
  ],
  probe: allOf(
    sharesKernel,
    shares('uts'),
    capableOnHost('SYS_ADMIN'),
    anyOf(
      triesHarmless('sethostname', ['EINVAL'], needs('SYS_ADMIN')),
      triesHarmless('setdomainname', ['EINVAL'], needs('SYS_ADMIN')),
    ),
  ),
  why: "sethostname(2) asks ns_capable(uts_ns->user_ns, CAP_SYS_ADMIN) (kernel/sys.c): with the host's UTS namespace it renames the machine, in logs, certificates and cluster membership.",
  fix: 'Keep the UTS namespace private; drop CAP_SYS_ADMIN.',
  refs: {
    attack: ['T1036'],
    cisDocker: ['5.21', '5.4'],
    nist800190: ['3.4.3'],
    cwe: ['CWE-653'],
    docs: ['sethostname(2)'],
  },
  examples: [
    { docker: 'run --uts host --cap-add SYS_ADMIN debian', verdict: 'open' },
    { docker: 'run --uts host debian', verdict: 'blocked' },
    { docker: 'run --privileged debian', verdict: 'blocked', depth: 1 },
    {
      docker: 'run --uts host --cap-add SYS_ADMIN debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
