import { capable, fact, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, shares, sharesKernel } from '../probe.ts';
import { needs, triesHarmless } from '../probe-questions.ts';

export default defineVector({
  id: 'cap-sys-boot',
  title: 'Container can restart the host',
  mechanism: 'capability',
  phase: 'create',
  goal: 'denial-of-service',
  severity: 'high',
  stride: 'TD',
  appliesTo: ['workload'],
  routes: [
    [
      fact('namespace.pid', { is: 'host' }, 'namespace-pid', {
        set: 'private',
        title: "uses the host's PID namespace",
      }),
      capable('SYS_BOOT'),
      syscall('reboot'),
    ],
  ],
  probe: allOf(sharesKernel, shares('pid'), triesHarmless('reboot', ['EINVAL'], needs('SYS_BOOT'))),
  why: 'reboot(2) asks CAP_SYS_BOOT over the PID namespace; outside the initial one reboot_pid_ns() (kernel/pid_namespace.c) only ends that namespace, in the initial one it restarts the machine.',
  fix: 'Drop the capability and keep a private PID namespace.',
  refs: {
    cisDocker: ['5.4', '5.16'],
    cisKubernetes: ['5.2.9'],
    nist800190: ['3.4.3'],
    pss: ['baseline:capabilities_baseline', 'restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1529'],
    cwe: ['CWE-250'],
    docs: ['reboot(2)'],
  },
  examples: [
    { docker: 'run --pid host --cap-add SYS_BOOT debian', verdict: 'open' },
    { docker: 'run --cap-add SYS_BOOT debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --pid host debian', verdict: 'blocked' },
    { docker: 'run --privileged debian', verdict: 'blocked', depth: 1 },
  ],
});
