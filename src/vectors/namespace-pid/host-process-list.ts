import { fact, mounted, sharedKernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, shares, sharesKernel } from '../probe.ts';
import { sees } from '../probe-places.ts';

export default defineVector({
  id: 'host-process-list',
  title: 'Container can list the processes of the host and their arguments',
  mechanism: 'namespace-pid',
  phase: 'create',
  goal: 'information',
  severity: 'medium',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [
    [
      sharedKernel,
      fact('namespace.pid', { is: 'host' }, 'namespace-pid', {
        set: 'private',
        title: "uses the host's PID namespace",
      }),
    ],
    [mounted({ types: ['bind'], covers: ['/proc'], title: "the host's /proc is mounted" })],
  ],
  probe: anyOf(allOf(sharesKernel, shares('pid')), sees({ covers: ['/proc'] })),
  why: 'A procfs of the initial PID namespace shows every process of the machine; names, arguments and states are readable for all (proc_pid_cmdline_read(), fs/proc/base.c) unless the mount has hidepid. Arguments hold passwords and tokens often enough.',
  fix: "Keep a private PID namespace and do not bind the host's /proc.",
  refs: {
    attack: ['T1057'],
    cisDocker: ['5.16'],
    cisKubernetes: ['5.2.3'],
    nist800190: ['3.4.3'],
    pss: ['baseline:hostNamespaces'],
    cwe: ['CWE-497', 'CWE-653'],
    docs: ['proc(5)'],
  },
  examples: [
    { docker: 'run --pid host debian', verdict: 'open' },
    { docker: 'run --pid host --user 1000 debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run -v /proc:/host/proc:ro debian', verdict: 'open' },
    { docker: 'run --pid host --runtime runsc debian', verdict: 'blocked' },
  ],
});
