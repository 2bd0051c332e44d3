import {
  all,
  any,
  createsNamespace,
  createsUserNamespace,
  kernel,
  kernelConfig,
  lsmAllows,
  syscall,
} from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, hostHas, unconfined } from '../probe.ts';
import { namespaceMade, passesFilter, userNamespaceMade } from '../probe-questions.ts';

export default defineVector({
  id: 'overlayfs-in-user-namespace',
  title: 'Container can mount overlay file systems in a user namespace of its own',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'high',
  stride: 'E',
  appliesTo: ['workload'],
  routes: [
    [
      createsUserNamespace,
      createsNamespace('NEWNS'),
      any(
        'a call that mounts',
        all('mount', syscall('mount'), lsmAllows('mount')),
        all(
          'fsmount, used by its descriptor',
          syscall('fsopen'),
          syscall('fsconfig'),
          syscall('fsmount'),
          lsmAllows('detached-mount'),
        ),
      ),
      kernel({ since: '5.11', usually: 'passes' }),
      kernelConfig('OVERLAY_FS', { usually: 'passes' }),
    ],
  ],
  probe: allOf(
    userNamespaceMade,
    namespaceMade('NEWNS'),
    anyOf(
      allOf(passesFilter('mount'), unconfined),
      allOf(passesFilter('fsopen'), passesFilter('fsconfig'), passesFilter('fsmount')),
    ),
    hostHas(kernelConfig('OVERLAY_FS', { usually: 'passes' })),
  ),
  why: 'overlayfs carries FS_USERNS_MOUNT since 5.11 (ovl_fs_type, fs/overlayfs/super.c). Copying a file up crosses two mounts with different owners, and mistakes there handed set-user-id files and file capabilities out of the namespace. A mount that fsmount() returns is used through its descriptor without being attached, where AppArmor has no hook.',
  fix: 'Refuse user namespaces in the profile; keep the kernel current.',
  refs: {
    attack: ['T1068', 'T1611'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    cve: ['CVE-2023-0386', 'CVE-2023-2640', 'CVE-2023-32629'],
    docs: ['Documentation/filesystems/overlayfs.rst'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    {
      docker: 'run --security-opt seccomp=unconfined --security-opt apparmor=unconfined --user 1000 debian',
      verdict: 'open',
    },
    {
      docker: 'run --security-opt seccomp=unconfined --security-opt apparmor=unconfined debian',
      host: 'kernel: 5.10.0',
      verdict: 'blocked',
      depth: 1,
    },
    {
      docker: 'run --security-opt seccomp=unconfined debian',
      host: '{ lsm: [apparmor], kernel: 6.8.0 }',
      verdict: 'open',
    },
    {
      docker: 'run --security-opt seccomp=unconfined debian',
      host: 'sysctls: { user.max_user_namespaces: 0 }',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
