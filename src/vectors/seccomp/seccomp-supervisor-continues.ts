import { call } from '../../kernel/index.ts';
import { seccompFilter, sharedKernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, sharesKernel } from '../probe.ts';
import { LETS_ALL_THROUGH, tries } from '../probe-questions.ts';

export default defineVector({
  id: 'seccomp-supervisor-continues',
  title: 'Calls are decided by a supervisor outside the container',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'medium',
  stride: 'TE',
  appliesTo: ['workload'],
  routes: [[sharedKernel, seccompFilter('delegating')]],
  probe: allOf(
    sharesKernel,
    tries(
      'listens to its own filter, as one supervisor at most may',
      [call('prctl', 38, 1, 0, 0, 0), call('seccomp', 1, 8, LETS_ALL_THROUGH)],
      ['EBUSY'],
      { effects: ['changes-itself'], blocked: { ok: 'seccomp' } },
    ),
  ),
  why: 'SECCOMP_RET_USER_NOTIF (5.0) hands the call to a process of the host. Where it reads arguments from memory and answers SECCOMP_USER_NOTIF_FLAG_CONTINUE, another thread can exchange them in between: seccomp_unotify(2) says that no policy may rest on it. Where it acts itself, it acts with the rights of the host.',
  fix: 'Let the supervisor do the action itself on copied arguments and answer with the result; never continue on the ground of pointer arguments.',
  refs: { nist800190: ['3.4.3', '3.5.2'], cwe: ['CWE-367', 'CWE-693'], docs: ['seccomp_unotify(2)'] },
  aliases: ['seccomp-user-notify-delegation'],
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    {
      oci: '{"ociVersion":"1.2.0","process":{"args":["sh"],"cwd":"/"},"root":{"path":"rootfs"},"linux":{"seccomp":{"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86_64"],"listenerPath":"/run/agent.sock","syscalls":[{"names":["mount"],"action":"SCMP_ACT_NOTIFY"}]}}}',
      verdict: 'open',
    },
    {
      oci: '{"ociVersion":"1.2.0","process":{"args":["sh"],"cwd":"/"},"root":{"path":"rootfs"},"linux":{"seccomp":{"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86_64"],"syscalls":[{"names":["mount"],"action":"SCMP_ACT_ERRNO"}]}}}',
      verdict: 'blocked',
    },
  ],
});
