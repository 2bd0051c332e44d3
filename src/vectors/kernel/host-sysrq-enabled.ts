import { hostSysctl, kernelConfig } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'host-sysrq-enabled',
  title: 'The host obeys every command of the SysRq key',
  mechanism: 'kernel',
  phase: 'host',
  goal: 'denial-of-service',
  severity: 'low',
  stride: 'ID',
  appliesTo: ['host'],
  routes: [[hostSysctl('kernel.sysrq', { is: 1 }), kernelConfig('MAGIC_SYSRQ', { usually: 'passes' })]],
  why: 'With 1, sysrq_on_mask() (drivers/tty/sysrq.c) allows all of it from a keyboard or serial console: killing every process, dumping registers and memory, restarting at once. Writes to /proc/sysrq-trigger are not asked at all, so a container must be kept from that file in any case.',
  fix: 'kernel.sysrq=0, or a mask such as 176 (sync, read-only remount, restart).',
  refs: {
    attack: ['T1529'],
    cisDocker: ['1.2.1'],
    nist800190: ['3.5.1'],
    cwe: ['CWE-1188'],
    docs: ['Documentation/admin-guide/sysrq.rst'],
  },
  examples: [
    { hostProfile: 'sysctls: { kernel.sysrq: 1 }', verdict: 'open' },
    { hostProfile: 'sysctls: { kernel.sysrq: 0 }', verdict: 'blocked', depth: 1 },
    { hostProfile: 'sysctls: { kernel.sysrq: 176 }', verdict: 'blocked' },
  ],
});
