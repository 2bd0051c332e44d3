import { call } from '../../kernel/index.ts';
import { compatSyscall, host, kernelConfig, sharedKernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, sharesKernel } from '../probe.ts';
import { tries } from '../probe-questions.ts';

export default defineVector({
  id: 'ia32-entry-reachable',
  title: 'The 32-bit system call entry of the host kernel is reachable',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'low',
  stride: 'E',
  appliesTo: ['workload'],
  routes: [
    [
      sharedKernel,
      compatSyscall('i386', 'getpid'),
      kernelConfig('IA32_EMULATION', { usually: 'passes' }),
      host(
        'host.kernel-parameter.ia32_emulation',
        { notMatches: '^(0|n|off|false)' },
        { usually: 'passes', title: 'the 32-bit entry is not switched off at boot' },
      ),
    ],
  ],
  probe: allOf(
    sharesKernel,
    tries('calls by the 32-bit entry', { ...call('getpid'), entry: 'i386' }, ['ok'], {
      effects: ['looks'],
      blocked: { SIGSEGV: 'kernel' },
    }),
  ),
  why: 'do_int80_emulation() (arch/x86/entry/syscall_32.c) serves a second table of calls with compat copies of their structures; that code has seen less review and had flaws of its own. Engine profiles list SCMP_ARCH_X86 beside x86-64; libseccomp kills callers of an interface that a profile leaves out.',
  fix: 'A profile without SCMP_ARCH_X86, where no 32-bit program runs; or boot with ia32_emulation=0.',
  refs: {
    attack: ['T1068'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    docs: ['Documentation/admin-guide/kernel-parameters.txt: ia32_emulation'],
  },
  examples: [
    { docker: 'run debian', verdict: 'open' },
    { docker: 'run --runtime runsc debian', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', host: 'parameters: { ia32_emulation: "0" }', verdict: 'blocked', depth: 1 },
    { docker: 'run --privileged debian', host: 'arch: aarch64', verdict: 'open' },
    {
      oci: '{"ociVersion":"1.2.0","process":{"args":["sh"],"cwd":"/"},"root":{"path":"rootfs"},"linux":{"seccomp":{"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86_64"],"syscalls":[{"names":["mount"],"action":"SCMP_ACT_ERRNO"}]}}}',
      verdict: 'blocked',
    },
  ],
});
