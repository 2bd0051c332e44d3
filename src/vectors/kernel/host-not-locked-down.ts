import { host } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'host-not-locked-down',
  title: 'The host lets its root change the running kernel',
  mechanism: 'kernel',
  phase: 'host',
  goal: 'host-kernel',
  severity: 'low',
  stride: 'TE',
  appliesTo: ['host'],
  routes: [[host('host.lockdown', { is: 'none' })]],
  why: 'Lockdown (security/lockdown/lockdown.c, 5.4) refuses even to root what would alter the kernel: unsigned modules, kexec of unsigned images, writes to device memory, debugfs. Without it every capability that reaches one of these is the kernel.',
  fix: 'Boot with lockdown=integrity, or with secure boot where the distribution ties both.',
  refs: {
    attack: ['T1547.006'],
    cisDocker: ['1.2.1'],
    nist800190: ['3.5.1'],
    cwe: ['CWE-693'],
    docs: ['kernel_lockdown(7)'],
  },
  examples: [
    { hostProfile: 'lockdown: none', verdict: 'open' },
    { hostProfile: 'lockdown: integrity', verdict: 'blocked' },
  ],
});
