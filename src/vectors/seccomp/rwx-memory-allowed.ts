import { call, resultOf } from '../../kernel/index.ts';
import { any, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { tries } from '../probe-questions.ts';

export default defineVector({
  id: 'rwx-memory-allowed',
  title: 'Programs in the container can map memory writable and executable',
  mechanism: 'seccomp',
  phase: 'run',
  goal: 'privilege-in-container',
  severity: 'low',
  stride: 'E',
  appliesTo: ['workload'],
  routes: [
    [
      any(
        'a call that maps so',
        syscall('mmap', { 2: { mask: '0x7', value: '0x7' } }),
        syscall('mprotect', { 2: { mask: '0x7', value: '0x7' } }),
      ),
    ],
  ],
  probe: tries(
    'maps memory that it may write and execute',
    [
      call('mmap', 0, 4096, 3, 0x22, -1, 0),
      call('mmap', 0, 4096, 7, 0x22, -1, 0),
      call('mprotect', resultOf(0), 4096, 7),
    ],
    ['ok'],
    { effects: ['changes-itself'], decides: [1, 2] },
  ),
  why: 'Nothing in the default configurations stops a page from being written and executed, which is what injected code needs. SELinux’s container_t allows execmem, AppArmor’s profiles do not speak of it; PR_SET_MDWE (6.3) is up to each program. Just-in-time compilers need it, so take it as a hint.',
  fix: 'For programs without a just-in-time compiler: refuse PROT_WRITE with PROT_EXEC in the profile, or let them set PR_SET_MDWE.',
  refs: { nist800190: ['3.4.4'], cwe: ['CWE-693'], docs: ['mmap(2)', 'PR_SET_MDWE(2const)'] },
  examples: [
    { docker: 'run debian', verdict: 'open' },
    {
      oci: '{"ociVersion":"1.2.0","process":{"args":["sh"],"cwd":"/"},"root":{"path":"rootfs"},"linux":{"seccomp":{"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86_64"],"syscalls":[{"names":["mmap","mprotect","pkey_mprotect"],"action":"SCMP_ACT_ERRNO","args":[{"index":2,"value":6,"valueTwo":6,"op":"SCMP_CMP_MASKED_EQ"}]}]}}}',
      verdict: 'blocked',
    },
  ],
});
