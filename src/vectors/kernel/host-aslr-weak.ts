import { hostSysctl } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'host-aslr-weak',
  title: 'The host places programs at addresses that can be foretold',
  mechanism: 'kernel',
  phase: 'host',
  goal: 'privilege-in-container',
  severity: 'medium',
  stride: 'E',
  appliesTo: ['host'],
  routes: [[hostSysctl('kernel.randomize_va_space', { below: 2 })]],
  why: 'Below 2 the heap, and with 0 stack, libraries and vdso too, lie where they always do (load_elf_binary(), fs/binfmt_elf.c, reads randomize_va_space): a memory flaw in any container is exploited at the first try. No container can change it for itself to the better.',
  fix: 'kernel.randomize_va_space=2, the default.',
  refs: {
    attack: ['T1068'],
    cisDocker: ['1.2.1'],
    nist800190: ['3.5.1'],
    cwe: ['CWE-330'],
    docs: ['proc_sys_kernel(5)'],
  },
  examples: [
    { hostProfile: 'sysctls: { kernel.randomize_va_space: 0 }', verdict: 'open' },
    { hostProfile: 'sysctls: { kernel.randomize_va_space: 1 }', verdict: 'open' },
    { hostProfile: 'sysctls: { kernel.randomize_va_space: 2 }', verdict: 'blocked' },
  ],
});
