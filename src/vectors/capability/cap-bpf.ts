import { all, any, capable, kernel, kernelConfig, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { makesQueueMap, needs, tries } from '../probe-questions.ts';

export default defineVector({
  id: 'cap-bpf',
  title: 'Container can load BPF programs that unprivileged users may not',
  mechanism: 'capability',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'high',
  stride: 'TIE',
  appliesTo: ['workload'],
  routes: [
    [
      any(
        'bpf_capable()',
        all('since the kernel has it', capable('BPF'), kernel({ since: '5.8' })),
        capable('SYS_ADMIN'),
      ),
      syscall('bpf'),
      kernelConfig('BPF_SYSCALL', { usually: 'passes' }),
    ],
  ],
  probe: tries('makes a map that takes a privilege', makesQueueMap, ['ok'], {
    effects: ['makes-objects'],
    ...needs('BPF', 'SYS_ADMIN'),
  }),
  why: 'bpf_capable() (include/linux/capability.h, 5.8) is CAP_BPF or CAP_SYS_ADMIN in the initial user namespace; kernel.unprivileged_bpf_disabled does not bind its holders. The verifier then allows pointers, loops and functions that it refuses to others, a large part of the kernel whose faults gave escapes.',
  fix: 'Keep BPF agents in a reviewed pod of their own; drop the capability elsewhere.',
  refs: {
    cisDocker: ['5.4'],
    cisKubernetes: ['5.2.9'],
    nist800190: ['3.4.3'],
    pss: ['baseline:capabilities_baseline', 'restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1611', 'T1014'],
    cwe: ['CWE-250'],
    docs: ['bpf(2)'],
    papers: ['ebpf-cross'],
  },
  examples: [
    { docker: 'run --cap-add BPF debian', host: 'kernel: 6.1.0', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked' },
    {
      docker: 'run --cap-add BPF debian',
      withDaemon: '{"userns-remap":"default"}',
      host: 'kernel: 6.1.0',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run --cap-add SYS_ADMIN debian', verdict: 'open' },
  ],
});
