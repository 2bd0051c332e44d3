import { call } from '../../kernel/index.ts';
import {
  any,
  calls,
  capableOfLog,
  type DeviceWish,
  hostSysctl,
  opensDevice,
  readsRootFile,
} from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, attempts, sharesKernel } from '../probe.ts';
import { hostDeviceUsed, hostFileRead } from '../probe-words-of-places.ts';

const KMSG: DeviceWish = { path: '^/dev/kmsg$', title: 'opens /dev/kmsg', type: 'c', major: 1, minor: 11 };

/** check_syslog_permissions() asks the same of the size of the log as of its text. */
const SYSLOG = attempts({
  title: 'asks for the kernel log',
  effects: ['looks'],
  calls: [call('syslog', 10, 0, 0)],
  needs: ['SYSLOG'],
  open: ['ok'],
  blocked: { EPERM: 'find' },
});

export default defineVector({
  id: 'kernel-log-readable',
  title: 'Container can read the kernel log of the host',
  mechanism: 'mount',
  phase: 'create',
  goal: 'information',
  severity: 'medium',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [
    [calls('syslog'), hostSysctl('kernel.dmesg_restrict', { is: 0 })],
    [calls('syslog'), capableOfLog],
    [readsRootFile('/proc/kmsg'), capableOfLog],
    [
      opensDevice(KMSG),
      any('everybody may, or it is capable', hostSysctl('kernel.dmesg_restrict', { is: 0 }), capableOfLog),
    ],
  ],
  probe: anyOf(allOf(sharesKernel, SYSLOG), hostFileRead('/proc/kmsg'), hostDeviceUsed(KMSG, { opens: true })),
  why: 'Messages show addresses, devices, neighbours’ faults and sometimes data. check_syslog_permissions() (kernel/printk/printk.c) lets everybody read unless kernel.dmesg_restrict is set, then CAP_SYSLOG (before 6.9, CAP_SYS_ADMIN did too) of the initial user namespace is asked; /proc/kmsg always asks. Docker’s profile binds syslog to CAP_SYSLOG; podman’s allows it.',
  fix: 'kernel.dmesg_restrict=1; drop CAP_SYSLOG; do not hand in /dev/kmsg.',
  refs: { attack: ['T1082'], nist800190: ['3.4.3'], cwe: ['CWE-497'], docs: ['syslog(2)'] },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --cap-add SYSLOG debian', verdict: 'open' },
    {
      docker: 'run --cap-add SYSLOG debian',
      withDaemon: '{"userns-remap":"default"}',
      host: 'sysctls: { kernel.dmesg_restrict: 1 }',
      verdict: 'blocked',
      depth: 1,
    },
    {
      docker: 'run --cap-add SYS_ADMIN debian',
      host: '{ kernel: 6.1.0, sysctls: { kernel.dmesg_restrict: 1 } }',
      verdict: 'open',
    },
    {
      docker: 'run --cap-add SYS_ADMIN debian',
      host: '{ kernel: 6.12.0, sysctls: { kernel.dmesg_restrict: 1 } }',
      verdict: 'blocked',
    },
    { podman: 'run debian', host: 'sysctls: { kernel.dmesg_restrict: 0 }', verdict: 'open' },
    { docker: 'run --device /dev/kmsg debian', host: 'sysctls: { kernel.dmesg_restrict: 0 }', verdict: 'open' },
    { docker: 'run --runtime runsc --privileged debian', verdict: 'blocked' },
  ],
});
