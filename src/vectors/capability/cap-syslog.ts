import { capableOfLog, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { needs, triesHarmless } from '../probe-questions.ts';

export default defineVector({
  id: 'cap-syslog',
  title: 'Container can read and clear the kernel log whatever the host restricts',
  mechanism: 'capability',
  phase: 'create',
  goal: 'information',
  severity: 'medium',
  stride: 'TIR',
  appliesTo: ['workload'],
  routes: [[capableOfLog, syscall('syslog')]],
  probe: triesHarmless('syslog', ['EINVAL'], needs('SYSLOG')),
  why: 'check_syslog_permissions() (kernel/printk/printk.c) asks capable(CAP_SYSLOG), or before 6.9 CAP_SYS_ADMIN, for every action once kernel.dmesg_restrict is 1, and always for clearing. The log holds addresses and faults of the whole machine.',
  fix: 'Drop it; set kernel.dmesg_restrict=1 and kernel.kptr_restrict=2.',
  refs: {
    cisDocker: ['5.4'],
    cisKubernetes: ['5.2.9'],
    nist800190: ['3.4.3'],
    pss: ['baseline:capabilities_baseline', 'restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1082', 'T1070'],
    cwe: ['CWE-250', 'CWE-497'],
    docs: ['syslog(2)'],
  },
  examples: [
    { docker: 'run --cap-add SYSLOG debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 2 },
    { docker: 'run --cap-add SYSLOG debian', withDaemon: '{"userns-remap":"default"}', verdict: 'blocked', depth: 1 },
    { docker: 'run --cap-add SYS_ADMIN debian', verdict: 'unknown' },
    { docker: 'run --cap-add SYS_ADMIN debian', host: 'kernel: 6.8.0', verdict: 'open' },
    { docker: 'run --cap-add SYS_ADMIN debian', host: 'kernel: 6.9.0', verdict: 'blocked', depth: 1 },
  ],
});
