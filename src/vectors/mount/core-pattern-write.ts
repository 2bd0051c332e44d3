import { writesKernelFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostFileWritten } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'core-pattern-write',
  title: 'Container can replace the kernel core-dump handler',
  mechanism: 'mount',
  phase: 'create',
  goal: 'host-root',
  severity: 'critical',
  stride: 'TE',
  appliesTo: ['workload'],
  routes: [[writesKernelFile('/proc/sys/kernel/core_pattern')]],
  probe: hostFileWritten('/proc/sys/kernel/core_pattern'),
  why: 'A core pattern that begins with `|` names a program that the kernel starts as root in the initial namespaces (do_coredump(), fs/coredump.c), with a path that the container can fill. The sysctl is global; proc_sys_permission() (fs/proc/proc_sysctl.c) lets the global uid 0 write it and no capability overrides that.',
  fix: 'Keep /proc/sys read-only, do not run privileged, give the container a user namespace.',
  refs: { attack: ['T1611'], kubehound: ['CE_UMH_CORE_PATTERN'], cwe: ['CWE-732'], docs: ['core(5)'] },
  aliases: ['core-pattern-writable'],
  examples: [
    // What is mounted below a bind that is read-only at its top alone stays writable. Tried with Docker 20.10.24.
    { docker: 'run -v /:/host:ro debian', engine: 'docker@24', verdict: 'open' },
    { docker: 'run -v /:/host:ro debian', engine: 'docker@28', verdict: 'unknown' },
    { docker: 'run -v /:/host:ro debian', engine: 'docker@28', host: 'kernel: 5.4.0', verdict: 'open' },
    { docker: 'run -v /:/host:ro debian', engine: 'docker@28', host: 'kernel: 6.8.0', verdict: 'blocked', depth: 1 },
    {
      kubernetes:
        '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {volumes: [{name: v, hostPath: {path: /}}], containers: [{name: c, image: debian, volumeMounts: [{name: v, mountPath: /host, readOnly: true}]}]}}',
      verdict: 'open',
    },
    {
      kubernetes:
        '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {volumes: [{name: v, hostPath: {path: /}}], containers: [{name: c, image: debian, volumeMounts: [{name: v, mountPath: /host, readOnly: true, recursiveReadOnly: Enabled}]}]}}',
      verdict: 'blocked',
    },
    { docker: 'run debian', verdict: 'blocked' },
    { docker: 'run --privileged debian', verdict: 'open' },
    { docker: 'run --privileged --user 1000 --security-opt no-new-privileges debian', verdict: 'blocked', depth: 1 },
    { docker: 'run -v /proc:/host/proc debian', verdict: 'open' },
    { docker: 'run --privileged --userns=host debian', withDaemon: '{"userns-remap":"default"}', verdict: 'open' },
    {
      docker: 'run --security-opt systempaths=unconfined debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
    // What runc mounts over /proc/sys is not locked, not even in a user namespace that maps 0 to 0. Tried with runc 1.1.5 on 6.18.
    {
      oci: '{"ociVersion":"1.0.2","process":{"user":{"uid":0,"gid":0},"args":["/x"],"cwd":"/","capabilities":{"bounding":["CAP_SYS_ADMIN"],"effective":["CAP_SYS_ADMIN"],"permitted":["CAP_SYS_ADMIN"]}},"root":{"path":"rootfs"},"mounts":[{"destination":"/proc","type":"proc","source":"proc"}],"linux":{"namespaces":[{"type":"pid"},{"type":"mount"},{"type":"user"}],"uidMappings":[{"containerID":0,"hostID":0,"size":65536}],"gidMappings":[{"containerID":0,"hostID":0,"size":65536}],"readonlyPaths":["/proc/sys"],"seccomp":{"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86_64"],"syscalls":[{"names":["umount2","fsopen","fsmount","open_tree","move_mount","mount_setattr","pivot_root","fspick"],"action":"SCMP_ACT_ERRNO"}]}}}',
      host: 'kernel: 6.18.0',
      verdict: 'open',
    },
    {
      oci: '{"ociVersion":"1.0.2","process":{"user":{"uid":0,"gid":0},"args":["/x"],"cwd":"/","capabilities":{"bounding":["CAP_SYS_ADMIN"],"effective":["CAP_SYS_ADMIN"],"permitted":["CAP_SYS_ADMIN"]}},"root":{"path":"rootfs"},"mounts":[{"destination":"/proc","type":"proc","source":"proc"}],"linux":{"namespaces":[{"type":"pid"},{"type":"mount"},{"type":"user"}],"uidMappings":[{"containerID":0,"hostID":0,"size":65536}],"gidMappings":[{"containerID":0,"hostID":0,"size":65536}],"readonlyPaths":["/proc/sys"],"seccomp":{"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86_64"],"syscalls":[{"names":["umount2","fsopen","fsmount","move_mount","mount","mount_setattr","pivot_root","fspick"],"action":"SCMP_ACT_ERRNO"}]}}}',
      host: 'kernel: 6.18.0',
      verdict: 'open',
    },
    {
      oci: '{"ociVersion":"1.0.2","process":{"user":{"uid":0,"gid":0},"args":["/x"],"cwd":"/","capabilities":{"bounding":["CAP_SYS_ADMIN"],"effective":["CAP_SYS_ADMIN"],"permitted":["CAP_SYS_ADMIN"]}},"root":{"path":"rootfs"},"mounts":[{"destination":"/proc","type":"proc","source":"proc"}],"linux":{"namespaces":[{"type":"pid"},{"type":"mount"},{"type":"user"}],"uidMappings":[{"containerID":0,"hostID":0,"size":65536}],"gidMappings":[{"containerID":0,"hostID":0,"size":65536}],"readonlyPaths":["/proc/sys"],"seccomp":{"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86_64"],"syscalls":[{"names":["umount2","fsopen","fsmount","open_tree","move_mount","mount","mount_setattr","pivot_root","fspick"],"action":"SCMP_ACT_ERRNO"}]}}}',
      host: 'kernel: 6.18.0',
      verdict: 'blocked',
    },
  ],
});
