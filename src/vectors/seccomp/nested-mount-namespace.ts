import { createsNamespace } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { namespaceMade } from '../probe-questions.ts';

export default defineVector({
  id: 'nested-mount-namespace',
  title: 'Container can create mount namespaces in which it may mount',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'low',
  stride: 'E',
  appliesTo: ['workload'],
  routes: [[createsNamespace('NEWNS')]],
  probe: namespaceMade('NEWNS'),
  why: 'In a mount namespace owned by a user namespace of its own a process passes may_mount() (fs/namespace.c) and reaches the code of every file system that carries FS_USERNS_MOUNT. Mounts taken over from outside stay locked there, and a procfs with masked parts cannot be mounted anew (mount_too_revealing()).',
  fix: 'Refuse unshare and the namespace flags of clone in the profile; drop CAP_SYS_ADMIN.',
  refs: {
    attack: ['T1068'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    docs: ['mount_namespaces(7)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --security-opt seccomp=unconfined debian', verdict: 'open' },
    { podman: 'run debian', verdict: 'open' },
    { podman: 'run debian', host: 'sysctls: { user.max_user_namespaces: 0 }', verdict: 'blocked' },
  ],
});
