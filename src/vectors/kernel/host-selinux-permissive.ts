import { host } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'host-selinux-permissive',
  title: 'The host only records what SELinux would refuse',
  mechanism: 'kernel',
  phase: 'host',
  goal: 'host-data',
  severity: 'medium',
  stride: 'TIE',
  appliesTo: ['host'],
  when: host('host.lsm', { matches: '^selinux$' }, { title: 'SELinux is active' }),
  routes: [[host('host.selinux-enforcing', { is: false }, { title: 'SELinux does not enforce' })]],
  why: 'In permissive mode avc_denied() (security/selinux/avc.c) logs the denial and returns success: labels of containers are there, `ps -Z` shows them, and nothing is refused.',
  fix: 'SELINUX=enforcing, and `setenforce 1` until the next boot; no enforcing=0 on the command line of the kernel.',
  refs: {
    attack: ['T1611'],
    cisDocker: ['5.3', '1.2.1'],
    nist800190: ['3.5.2'],
    cwe: ['CWE-693'],
    docs: ['selinux(8)'],
  },
  examples: [
    { hostProfile: '{ lsm: [capability, selinux], selinux: permissive }', verdict: 'open' },
    { hostProfile: '{ lsm: [capability, selinux], selinux: enforcing }', verdict: 'blocked', depth: 1 },
    { hostProfile: '{ lsm: [capability, apparmor], selinux: disabled }', verdict: 'not-applicable' },
  ],
});
