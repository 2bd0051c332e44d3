import { call, struct, u32 } from '../../kernel/index.ts';
import { compatSyscall, host, int32, kernelConfig, seccompFilter, sharedKernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, passes, sharesKernel } from '../probe.ts';
import { tries } from '../probe-questions.ts';

export default defineVector({
  id: 'seccomp-socketcall-bypass',
  title: 'Rules on socket families can be passed around through the 32-bit socketcall',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'medium',
  stride: 'E',
  appliesTo: ['workload'],
  when: seccompFilter('present'),
  routes: [
    [
      sharedKernel,
      compatSyscall('i386', 'socketcall', { 0: int32(1) }),
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
    passes(['cannot-succeed'], { ...call('socketcall', 1, struct([u32(1), u32(15), u32(0)])), entry: 'i386' }),
    tries(
      'calls by the 32-bit entry',
      { ...call('socketcall', 1, struct([u32(1), u32(15), u32(0)])), entry: 'i386' },
      ['EINVAL'],
      { blocked: { SIGSEGV: 'kernel' } },
    ),
  ),
  why: 'socketcall(SYS_SOCKET) takes family and type from memory, which a filter cannot read, so a rule on the first argument of socket does not hold for a program that uses the 32-bit entry (int 0x80 works from a 64-bit process). Docker 29.4.2 answered socketcall with ENOSYS for this reason and 29.4.3 allowed it again, for 32-bit programs.',
  fix: 'Leave SCMP_ARCH_X86 out of a profile whose workload has no 32-bit programs, or refuse socketcall; boot with ia32_emulation=0; refuse the family in the LSM too.',
  refs: {
    attack: ['T1068'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    docs: ['socketcall(2)', 'seccomp(2)'],
  },
  aliases: ['seccomp-compat-abi-bypass'],
  examples: [
    { docker: 'run debian', verdict: 'open' },
    { docker: 'run debian', engine: 'docker@29.4.2', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', host: 'kernel-config: { IA32_EMULATION: "n" }', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', host: 'arch: aarch64', verdict: 'blocked' },
    { docker: 'run --security-opt seccomp=unconfined debian', verdict: 'not-applicable' },
    { docker: 'run --runtime runsc debian', verdict: 'blocked' },
  ],
});
