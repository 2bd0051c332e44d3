import { hostSysctl } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'host-kernel-log-unrestricted',
  title: 'The host lets everybody read the kernel log',
  mechanism: 'kernel',
  phase: 'host',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['host'],
  routes: [[hostSysctl('kernel.dmesg_restrict', { is: 0 })]],
  why: 'check_syslog_permissions() (kernel/printk/printk.c) asks for CAP_SYSLOG only where kernel.dmesg_restrict is set; otherwise any container whose filter lets syslog through reads addresses and messages of the host.',
  fix: 'kernel.dmesg_restrict=1.',
  refs: {
    attack: ['T1082'],
    cisDocker: ['1.2.1'],
    nist800190: ['3.5.1'],
    cwe: ['CWE-497'],
    docs: ['proc_sys_kernel(5)'],
  },
  examples: [
    { hostProfile: 'sysctls: { kernel.dmesg_restrict: 0 }', verdict: 'open' },
    { hostProfile: 'sysctls: { kernel.dmesg_restrict: 1 }', verdict: 'blocked' },
  ],
});
