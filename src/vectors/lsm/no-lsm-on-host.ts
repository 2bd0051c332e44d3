import { host } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'no-lsm-on-host',
  title: 'The host kernel runs without a mandatory access control module',
  mechanism: 'lsm',
  phase: 'host',
  goal: 'host-kernel',
  severity: 'medium',
  stride: 'E',
  appliesTo: ['host'],
  routes: [
    [
      host(
        'host.lsm',
        { notMatches: '^(apparmor|selinux|smack|tomoyo)$' },
        { title: 'none of AppArmor, SELinux, Smack and TOMOYO is active' },
      ),
    ],
  ],
  why: 'Only modules listed in /sys/kernel/security/lsm take part in security_*() decisions. Without one of these, capability and namespace checks are the last word for every container of the host.',
  fix: 'Start the kernel with AppArmor or SELinux (lsm= parameter) and enforce it.',
  refs: {
    cisDocker: ['1.2.1', '5.1', '5.2', '5.3'],
    nist800190: ['3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    docs: ['Documentation/admin-guide/LSM/index.rst'],
  },
  examples: [
    { hostProfile: 'lsm: [lockdown, capability, yama]', verdict: 'open' },
    { hostProfile: 'lsm: [lockdown, capability, yama, apparmor]', verdict: 'blocked' },
    { hostProfile: 'lsm: capability,selinux,bpf', verdict: 'blocked' },
  ],
});
