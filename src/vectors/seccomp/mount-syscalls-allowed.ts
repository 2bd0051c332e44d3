import { mountsSomewhere } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { mountsAnywhere } from '../probe-questions.ts';

export default defineVector({
  id: 'mount-syscalls-allowed',
  title: 'Container can mount file systems',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'medium',
  stride: 'TE',
  appliesTo: ['workload'],
  routes: [[mountsSomewhere]],
  probe: mountsAnywhere,
  why: 'Whoever passes may_mount() (fs/namespace.c), with CAP_SYS_ADMIN or in a user namespace of its own, reaches the super block code of file systems and arranges what later programs see. CAP_SYS_ADMIN of the container also mounts a fresh procfs or sysfs without the masks. AppArmor’s default profiles refuse mount even where the user namespace is allowed; the new calls they see since 6.7 only (apparmor_move_mount(), also 6.6.3).',
  fix: 'Drop CAP_SYS_ADMIN, keep the default seccomp profile, keep an LSM profile that refuses mount.',
  refs: {
    attack: ['T1611'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    kubehound: ['CE_PRIV_MOUNT'],
    docs: ['mount(2)', 'user_namespaces(7)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --privileged debian', verdict: 'open' },
    {
      docker: 'run --cap-add SYS_ADMIN debian',
      host: '{ lsm: [apparmor], kernel: 6.8.0 }',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run --cap-add SYS_ADMIN debian', host: '{ lsm: [apparmor], kernel: 5.15.0 }', verdict: 'open' },
    { docker: 'run --cap-add SYS_ADMIN --security-opt apparmor=unconfined debian', verdict: 'open' },
    {
      docker: 'run --security-opt seccomp=unconfined debian',
      host: '{ lsm: [apparmor], kernel: 6.8.0 }',
      verdict: 'blocked',
      depth: 1,
    },
    {
      docker: 'run --security-opt seccomp=unconfined --user 1000 debian',
      host: 'lsm: [capability, yama]',
      verdict: 'open',
    },
    { docker: 'run --runtime runsc --privileged debian', verdict: 'blocked', depth: 1 },
  ],
});
