import { hostSysctl, kernelConfig } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'host-user-namespaces-unrestricted',
  title: 'The host lets everybody create user namespaces',
  mechanism: 'kernel',
  phase: 'host',
  goal: 'host-kernel',
  severity: 'low',
  stride: 'E',
  appliesTo: ['host'],
  routes: [
    [
      hostSysctl('user.max_user_namespaces', { isNot: 0 }, { usually: 'passes' }),
      hostSysctl('kernel.unprivileged_userns_clone', { isNot: 0 }, { usually: 'passes' }),
      hostSysctl('kernel.apparmor_restrict_unprivileged_userns', { isNot: 1 }, { usually: 'passes' }),
      kernelConfig('USER_NS', { usually: 'passes' }),
    ],
  ],
  why: 'create_user_ns() (kernel/user_namespace.c) asks for no capability, and inside a process holds all of them over its own namespaces: code that was written for root only (nf_tables, overlayfs, traffic control) is then reached by everybody. Rootless engines, sandboxes of browsers and `hostUsers: false` need them.',
  fix: 'Where nothing needs them: user.max_user_namespaces=0. Else kernel.apparmor_restrict_unprivileged_userns=1 with profiles for what does.',
  refs: {
    attack: ['T1068', 'T1611'],
    cisDocker: ['1.2.1'],
    nist800190: ['3.5.1'],
    cwe: ['CWE-1188'],
    docs: ['user_namespaces(7)'],
  },
  examples: [
    { hostProfile: 'kernel: 6.12.0', verdict: 'open' },
    { hostProfile: 'sysctls: { user.max_user_namespaces: 0 }', verdict: 'blocked', depth: 1 },
    { hostProfile: 'sysctls: { kernel.apparmor_restrict_unprivileged_userns: 1 }', verdict: 'blocked', depth: 1 },
    { hostProfile: 'sysctls: { kernel.unprivileged_userns_clone: 0 }', verdict: 'blocked', depth: 1 },
  ],
});
