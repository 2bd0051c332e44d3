import { call } from '../../kernel/index.ts';
import { compatSyscall, host, kernelConfig, sharedKernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, sharesKernel } from '../probe.ts';
import { tries } from '../probe-questions.ts';

export default defineVector({
  id: 'x32-entry-reachable',
  title: 'The x32 system call interface of the host kernel is reachable',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'low',
  stride: 'E',
  appliesTo: ['workload'],
  routes: [
    [
      sharedKernel,
      compatSyscall('x32', 'getpid'),
      kernelConfig('X86_X32_ABI'),
      host(
        'host.kernel-parameter.syscall.x32',
        { notMatches: '^(0|n)' },
        { usually: 'passes', title: 'x32 is not switched off at boot' },
      ),
    ],
  ],
  probe: allOf(
    sharesKernel,
    tries('calls by the x32 entry', { ...call('getpid'), entry: 'x32' }, ['ok'], { effects: ['looks'] }),
  ),
  why: 'A call number with bit 30 set is served from the x32 table (do_syscall_x32(), arch/x86/entry/syscall_64.c) under the same architecture word, so a filter that compares numbers without looking at the bit lets everything through. libseccomp refuses such numbers unless the profile lists SCMP_ARCH_X32, as those of the engines do.',
  fix: 'Leave SCMP_ARCH_X32 out of the profile; use a kernel without CONFIG_X86_X32_ABI.',
  refs: {
    attack: ['T1068'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    docs: ['seccomp(2)'],
  },
  examples: [
    { docker: 'run debian', host: 'kernel-config: { X86_X32_ABI: "y" }', verdict: 'open' },
    { docker: 'run debian', host: 'kernel-config: { X86_X32_ABI: "n" }', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', verdict: 'unknown' },
    {
      oci: '{"ociVersion":"1.2.0","process":{"args":["sh"],"cwd":"/"},"root":{"path":"rootfs"},"linux":{"seccomp":{"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86_64"]}}}',
      host: 'kernel-config: { X86_X32_ABI: "y" }',
      verdict: 'blocked',
    },
  ],
});
