import { fact, host, sharedKernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, hostHas, says, sharesKernel } from '../probe.ts';

export default defineVector({
  id: 'selinux-label-disabled',
  title: 'SELinux does not separate the container on an SELinux host',
  mechanism: 'lsm',
  phase: 'create',
  goal: 'host-data',
  severity: 'high',
  stride: 'TIE',
  appliesTo: ['workload'],
  routes: [
    [
      sharedKernel,
      host('host.lsm', { matches: '^selinux$' }, { title: 'SELinux is active on the host' }),
      fact('lsm.selinux', { matches: '"type":"(spc_t|unconfined_t|container_runtime_t)"' }, 'lsm', {
        title: 'the label is one that is let everywhere',
      }),
    ],
    [
      sharedKernel,
      host('host.lsm', { matches: '^selinux$' }, { title: 'SELinux is active on the host' }),
      host('host.selinux-enforcing', { is: false }, { title: 'SELinux is permissive' }),
    ],
  ],
  probe: allOf(
    sharesKernel,
    hostHas(host('host.lsm', { matches: '^selinux$' })),
    anyOf(
      says('/proc/{pid}/attr/current', {
        matches: ':(spc_t|unconfined_t|container_runtime_t):',
        outside: true,
        mechanism: 'lsm',
      }),
      hostHas(host('host.selinux-enforcing', { is: false })),
    ),
  ),
  why: 'container_t with two categories of its own keeps a container from files and processes of the host and of others, whatever uid and capabilities say (avc_has_perm(), security/selinux/avc.c). Label disable and privileged give spc_t, which the policy lets nearly everywhere.',
  fix: 'Keep container_t; relabel volumes with :z or :Z instead of switching labels off; SELinux enforcing.',
  refs: {
    attack: ['T1562.001', 'T1611'],
    cisDocker: ['5.3'],
    nist800190: ['3.4.3'],
    pss: ['baseline:seLinuxOptions'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    docs: ['selinux(8)', 'container_selinux(8)'],
  },
  examples: [
    {
      podman: 'run --security-opt label=disable debian',
      host: '{ lsm: [capability, selinux], selinux: enforcing }',
      verdict: 'open',
    },
    { podman: 'run debian', host: '{ lsm: [capability, selinux], selinux: enforcing }', verdict: 'blocked', depth: 1 },
    { podman: 'run --privileged debian', host: '{ lsm: [capability, selinux], selinux: enforcing }', verdict: 'open' },
    { podman: 'run debian', host: '{ lsm: [capability, selinux], selinux: permissive }', verdict: 'open' },
    { docker: 'run --privileged debian', host: 'lsm: [capability, apparmor]', verdict: 'blocked' },
  ],
});
