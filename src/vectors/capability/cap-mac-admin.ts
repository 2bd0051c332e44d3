import { any, capable, host, mounted, mounts } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, hostHas } from '../probe.ts';
import { sees } from '../probe-places.ts';
import { capableOnHost, mounts as mountsAsked } from '../probe-questions.ts';

export default defineVector({
  id: 'cap-mac-admin',
  title: "Container can replace the policy of the host's security module",
  mechanism: 'capability',
  phase: 'create',
  goal: 'host-root',
  severity: 'high',
  stride: 'TE',
  appliesTo: ['workload'],
  routes: [
    [
      capable('MAC_ADMIN'),
      host('host.lsm', { matches: '^(apparmor|smack)$' }, { title: 'AppArmor or Smack is active on the host' }),
      any(
        'reaches securityfs',
        mounts,
        mounted({
          types: ['bind'],
          covers: ['/sys/kernel/security'],
          fileSystems: ['securityfs'],
          parts: true,
          writable: true,
          title: "the host's securityfs is mounted",
        }),
      ),
    ],
    [capable('MAC_OVERRIDE'), host('host.lsm', { matches: '^smack$' }, { title: 'Smack is active on the host' })],
  ],
  probe: anyOf(
    allOf(
      capableOnHost('MAC_ADMIN'),
      hostHas(host('host.lsm', { matches: '^(apparmor|smack)$' })),
      anyOf(
        mountsAsked,
        sees({ covers: ['/sys/kernel/security'], fileSystems: ['securityfs'], parts: true, writable: true }),
      ),
    ),
    allOf(capableOnHost('MAC_OVERRIDE'), hostHas(host('host.lsm', { matches: '^smack$' }))),
  ),
  why: 'aa_may_manage_policy() (security/apparmor/policy.c) and smack_privileged() ask CAP_MAC_ADMIN in the initial user namespace; profiles are loaded through securityfs. SELinux does not honour either capability.',
  fix: 'Drop both.',
  refs: {
    cisDocker: ['5.2', '5.3', '5.4'],
    cisKubernetes: ['5.2.9'],
    nist800190: ['3.4.3'],
    pss: ['baseline:capabilities_baseline', 'restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1562.001', 'T1611'],
    cwe: ['CWE-250'],
    docs: ['apparmor(7)'],
  },
  aliases: ['cap-mac-admin-override'],
  examples: [
    {
      docker: 'run --privileged debian',
      host: '{ kernel: 6.8.0, lsm: [capability, yama, apparmor] }',
      verdict: 'open',
    },
    {
      docker: 'run --cap-add MAC_ADMIN debian',
      host: '{ kernel: 6.8.0, lsm: [capability, yama, apparmor] }',
      verdict: 'blocked',
    },
    { docker: 'run --privileged debian', host: 'lsm: [capability, yama]', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', host: '{ kernel: 6.8.0, lsm: [capability, yama, apparmor] }', verdict: 'blocked' },
  ],
});
