import { fact, host } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, hostHas, sharesKernel } from '../probe.ts';

export default defineVector({
  id: 'high-resolution-timer',
  title: 'Container reads the cycle counter of the host',
  mechanism: 'kernel',
  phase: 'run',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [
    [
      fact('sandbox.kind', { in: ['os', 'user-space-kernel'] }, 'hypervisor', {
        title: 'no hypervisor offsets the counter',
      }),
      host('host.arch', { is: 'x86_64' }, { usually: 'passes', title: 'the processors are x86' }),
    ],
  ],
  probe: allOf(sharesKernel, hostHas(host('host.arch', { is: 'x86_64' }, { usually: 'passes' }))),
  why: 'rdtsc needs no system call, so neither a filter nor a user-space kernel stands before it; a process can only forbid it to itself (PR_SET_TSC). The counter times caches, and value and frequency tell containers of one machine. A virtual machine has an offset of its own.',
  fix: 'A virtual machine; PR_SET_TSC for programs that can bear it.',
  refs: {
    attack: ['T1124', 'T1082'],
    nist800190: ['3.5.2'],
    cwe: ['CWE-1303', 'CWE-203'],
    papers: ['colocation-faas'],
    docs: ['PR_SET_TSC(2const)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'open' },
    { docker: 'run --runtime runsc debian', verdict: 'open' },
    { docker: 'run --runtime kata debian', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', host: 'arch: aarch64', verdict: 'blocked', depth: 1 },
  ],
});
