import { fact, host, sharedKernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, hostHas, says, sharesKernel } from '../probe.ts';

export default defineVector({
  id: 'apparmor-unconfined',
  title: 'No AppArmor profile confines the container on an AppArmor host',
  mechanism: 'lsm',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'medium',
  stride: 'TE',
  appliesTo: ['workload'],
  routes: [
    [
      sharedKernel,
      host('host.lsm', { matches: '^apparmor$' }, { title: 'AppArmor is active on the host' }),
      fact('lsm.apparmor', { is: 'unconfined' }, 'lsm', { title: 'no profile is set' }),
    ],
  ],
  probe: allOf(
    sharesKernel,
    hostHas(host('host.lsm', { matches: '^apparmor$' })),
    says('/proc/{pid}/attr/current', { matches: '^unconfined', outside: true, mechanism: 'lsm' }),
  ),
  why: 'The default profiles refuse mount, most writes below /proc and /sys, and tracing of processes outside; without one capabilities and masks stand alone. AppArmor judges by the label of the task (aa_label of current, security/apparmor/lsm.c), and an unconfined label passes everything.',
  fix: 'Take the option away; use the engine’s default profile or one of your own in enforce mode.',
  refs: {
    attack: ['T1562.001', 'T1611'],
    cisDocker: ['5.1', '5.2'],
    cisKubernetes: ['5.6.3'],
    nist800190: ['3.4.3'],
    pss: ['baseline:appArmorProfile'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    docs: ['apparmor(7)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --security-opt apparmor=unconfined debian', host: 'lsm: [capability, apparmor]', verdict: 'open' },
    { docker: 'run --privileged debian', host: 'lsm: [capability, apparmor]', verdict: 'open' },
    { docker: 'run --privileged debian', host: 'lsm: [capability, selinux]', verdict: 'blocked', depth: 1 },
    { docker: 'run --privileged debian', verdict: 'unknown' },
    {
      kubernetes:
        '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: debian, securityContext: {appArmorProfile: {type: Unconfined}}}]}}',
      host: 'lsm: [apparmor]',
      verdict: 'open',
    },
  ],
});
