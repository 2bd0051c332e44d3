import { kernel, readsKernelFile, readsRootFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { anyOf } from '../probe.ts';
import { hostFileRead } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'proc-timer-list-readable',
  title: 'Container sees the timers and scheduler queues of the host',
  mechanism: 'mount',
  phase: 'create',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [[readsRootFile('/proc/timer_list')], [readsKernelFile('/proc/sched_debug'), kernel({ before: '5.13' })]],
  probe: anyOf(hostFileRead('/proc/timer_list'), hostFileRead('/proc/sched_debug')),
  why: '/proc/timer_list names armed timers of all tasks; it is mode 0400 and belongs to the host’s root (kernel/time/timer_list.c). /proc/sched_debug listed run queues with task names for everybody until it moved to debugfs in 5.13. Both tell co-residence and activity.',
  fix: 'Keep the masks.',
  refs: {
    attack: ['T1057', 'T1082'],
    nist800190: ['3.4.3'],
    pss: ['baseline:procMount'],
    cwe: ['CWE-497'],
    papers: ['containerleaks'],
    docs: ['proc(5)'],
  },
  aliases: ['proc-timer-sched-debug-readable'],
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --security-opt systempaths=unconfined debian', verdict: 'open' },
    {
      docker: 'run --user 1000 --security-opt no-new-privileges --security-opt systempaths=unconfined debian',
      host: 'kernel: 6.1.0',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run --user 1000 --security-opt systempaths=unconfined debian', host: 'kernel: 5.4.0', verdict: 'open' },
    {
      docker: 'run --security-opt systempaths=unconfined debian',
      withDaemon: '{"userns-remap":"default"}',
      host: 'kernel: 6.1.0',
      verdict: 'blocked',
      depth: 1,
    },
    // Tried with runc 1.1.5 on 6.18.
    {
      oci: '{"ociVersion":"1.0.2","process":{"user":{"uid":0,"gid":0},"args":["/x"],"cwd":"/","capabilities":{"bounding":["CAP_SYS_ADMIN"],"effective":["CAP_SYS_ADMIN"],"permitted":["CAP_SYS_ADMIN"]}},"root":{"path":"rootfs"},"mounts":[{"destination":"/proc","type":"proc","source":"proc"}],"linux":{"namespaces":[{"type":"pid"},{"type":"mount"},{"type":"user"}],"uidMappings":[{"containerID":0,"hostID":0,"size":65536}],"gidMappings":[{"containerID":0,"hostID":0,"size":65536}],"maskedPaths":["/proc/timer_list"],"seccomp":{"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86_64"],"syscalls":[{"names":["umount2","fsopen","fsmount","move_mount","mount","mount_setattr","pivot_root","fspick"],"action":"SCMP_ACT_ERRNO"}]}}}',
      host: 'kernel: 6.18.0',
      verdict: 'open',
    },
    {
      oci: '{"ociVersion":"1.0.2","process":{"user":{"uid":0,"gid":0},"args":["/x"],"cwd":"/","capabilities":{"bounding":["CAP_SYS_ADMIN"],"effective":["CAP_SYS_ADMIN"],"permitted":["CAP_SYS_ADMIN"]}},"root":{"path":"rootfs"},"mounts":[{"destination":"/proc","type":"proc","source":"proc"}],"linux":{"namespaces":[{"type":"pid"},{"type":"mount"},{"type":"user"}],"uidMappings":[{"containerID":0,"hostID":0,"size":65536}],"gidMappings":[{"containerID":0,"hostID":0,"size":65536}],"maskedPaths":["/proc/timer_list"],"seccomp":{"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86_64"],"syscalls":[{"names":["umount2","fsopen","fsmount","open_tree","move_mount","mount","pivot_root","fspick"],"action":"SCMP_ACT_ERRNO"}]}}}',
      host: 'kernel: 6.18.0',
      verdict: 'blocked',
    },
  ],
});
