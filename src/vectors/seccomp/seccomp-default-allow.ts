import { call, UNASSIGNED } from '../../kernel/index.ts';
import { seccompFilter, sharedKernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, passes, sharesKernel } from '../probe.ts';
import { hasFilter } from '../probe-questions.ts';

export default defineVector({
  id: 'seccomp-default-allow',
  title: 'The seccomp profile lets through every call that it does not name',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'medium',
  stride: 'E',
  appliesTo: ['workload'],
  routes: [[sharedKernel, seccompFilter('permissive')]],
  probe: allOf(
    sharesKernel,
    hasFilter,
    passes([], call('listns', 0, 0, 0, 0)),
    passes([], call('file_getattr', -1, 0, 0, 0, 0)),
    // An allow list may name any call; a number without a name it cannot.
    passes([], call(UNASSIGNED)),
  ),
  why: 'A deny list misses each call that a later kernel brings, and each second way to the same function (clone3 beside clone, umount beside umount2). SCMP_ACT_ALLOW and SCMP_ACT_LOG both end in the call being served (SECCOMP_RET_ALLOW, SECCOMP_RET_LOG in __seccomp_filter(), kernel/seccomp.c).',
  fix: 'Turn the profile into a list of what the workload needs, with SCMP_ACT_ERRNO as defaultAction.',
  refs: {
    cisDocker: ['2.17', '5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    docs: ['seccomp(2)', 'OCI runtime-spec config-linux.md#seccomp'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    {
      oci: '{"ociVersion":"1.2.0","process":{"args":["sh"],"cwd":"/"},"root":{"path":"rootfs"},"linux":{"seccomp":{"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86_64"],"syscalls":[{"names":["mount"],"action":"SCMP_ACT_ERRNO"}]}}}',
      verdict: 'open',
    },
    {
      oci: '{"ociVersion":"1.2.0","process":{"args":["sh"],"cwd":"/"},"root":{"path":"rootfs"},"linux":{"seccomp":{"defaultAction":"SCMP_ACT_LOG","architectures":["SCMP_ARCH_X86_64"]}}}',
      verdict: 'open',
    },
    {
      oci: '{"ociVersion":"1.2.0","process":{"args":["sh"],"cwd":"/"},"root":{"path":"rootfs"},"linux":{"seccomp":{"defaultAction":"SCMP_ACT_ERRNO","architectures":["SCMP_ARCH_X86_64"],"syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW"}]}}}',
      verdict: 'blocked',
    },
  ],
});
