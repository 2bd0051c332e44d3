import { all, any, capable, host, kernel, kernelConfig, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { loadsProgram, needs, PROGRAM, READS_KERNEL_MEMORY, tries } from '../probe-questions.ts';

export default defineVector({
  id: 'bpf-trace-host',
  title: 'Container can read the memory of host processes and of the kernel with BPF',
  mechanism: 'capability',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'critical',
  stride: 'TI',
  appliesTo: ['workload'],
  routes: [
    [
      any(
        'may load tracing programs',
        capable('SYS_ADMIN'),
        all('since 5.8', capable('BPF'), capable('PERFMON'), kernel({ since: '5.8' })),
      ),
      syscall('bpf'),
      kernelConfig('BPF_SYSCALL', { usually: 'passes' }),
      kernelConfig('BPF_EVENTS', { usually: 'passes' }),
      host(
        'host.lockdown',
        { isNot: 'confidentiality' },
        { usually: 'passes', title: 'lockdown leaves kernel memory readable' },
      ),
    ],
  ],
  probe: tries('loads a program that reads kernel memory', loadsProgram(PROGRAM.KPROBE, READS_KERNEL_MEMORY), ['ok'], {
    effects: ['makes-objects'],
    blocked: { EINVAL: 'kernel' },
    ...needs('PERFMON', 'SYS_ADMIN'),
  }),
  why: 'Tracing programs need CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN (bpf_prog_load(), kernel/bpf/syscall.c, 5.8), and run on every event of the machine: they read kernel and user memory and, with bpf_probe_write_user, change that of host processes. BPF knows no namespaces.',
  fix: 'Run tracing agents on the host or in a reviewed pod of their own; lock the kernel down (confidentiality).',
  refs: {
    cisDocker: ['5.4'],
    cisKubernetes: ['5.2.9'],
    nist800190: ['3.4.3'],
    pss: ['baseline:capabilities_baseline', 'restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1611', 'T1014'],
    cwe: ['CWE-250'],
    docs: ['bpf(2)', 'bpf-helpers(7)'],
    papers: ['ebpf-cross'],
  },
  examples: [
    { docker: 'run --cap-add BPF --cap-add PERFMON debian', host: 'kernel: 6.1.0', verdict: 'open' },
    { docker: 'run --cap-add BPF debian', host: 'kernel: 6.1.0', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', verdict: 'blocked' },
    { docker: 'run --cap-add SYS_ADMIN debian', verdict: 'open' },
    { docker: 'run --cap-add SYS_ADMIN debian', host: 'lockdown: confidentiality', verdict: 'blocked', depth: 1 },
  ],
});
