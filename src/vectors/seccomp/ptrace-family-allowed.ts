import { any, capableInContainer, fact, hostSysctl, sharedKernel, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, hostHas, shares, sharesKernel } from '../probe.ts';
import { capableInside, passesFilter } from '../probe-questions.ts';

export default defineVector({
  id: 'ptrace-family-allowed',
  title: 'A process can take over processes of the other containers in its PID namespace',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'other-container',
  severity: 'medium',
  stride: 'TI',
  appliesTo: ['workload'],
  routes: [
    [
      sharedKernel,
      fact('namespace.pid', { is: 'shared' }, 'namespace-pid', {
        title: 'shares its PID namespace with other containers',
      }),
      any(
        'a call that reads or writes another process',
        syscall('ptrace'),
        syscall('process_vm_readv'),
        syscall('process_vm_writev'),
        syscall('pidfd_getfd'),
      ),
      any('Yama lets it', hostSysctl('kernel.yama.ptrace_scope', { is: 0 }), capableInContainer('SYS_PTRACE')),
    ],
  ],
  probe: allOf(
    sharesKernel,
    shares('pid', 'neighbours'),
    passesFilter('ptrace', 'process_vm_readv', 'process_vm_writev', 'pidfd_getfd'),
    anyOf(hostHas(hostSysctl('kernel.yama.ptrace_scope', { is: 0 })), capableInside('SYS_PTRACE')),
  ),
  why: '__ptrace_may_access() (kernel/ptrace.c) lets a process read and steer others of its uid whose capabilities it has, and in a shared PID namespace those of a sidecar can be named. Default profiles allow ptrace and process_vm_* since seccomp checks after the tracer (4.8), and the AppArmor profiles let containers of one profile trace each other. Yama at 1 leaves descendants only.',
  fix: 'Do not share the PID namespace; different uids per container; kernel.yama.ptrace_scope=1 or higher.',
  refs: {
    attack: ['T1055.008', 'T1003.007'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    kubehound: ['SHARE_PS_NAMESPACE'],
    docs: ['ptrace(2)', 'Documentation/admin-guide/LSM/Yama.rst'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked' },
    {
      compose: '{services: {c: {image: debian, pid: "service:web"}, web: {image: debian}}}',
      of: 'c',
      host: 'sysctls: { kernel.yama.ptrace_scope: 0 }',
      verdict: 'open',
    },
    {
      compose: '{services: {c: {image: debian, pid: "service:web"}, web: {image: debian}}}',
      of: 'c',
      host: 'sysctls: { kernel.yama.ptrace_scope: 1 }',
      verdict: 'blocked',
      depth: 1,
    },
    {
      compose: '{services: {c: {image: debian, pid: "service:web", cap_add: [SYS_PTRACE]}, web: {image: debian}}}',
      of: 'c',
      verdict: 'open',
    },
    {
      kubernetes:
        '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {shareProcessNamespace: true, containers: [{name: c, image: debian}, {name: d, image: debian}]}}',
      host: 'sysctls: { kernel.yama.ptrace_scope: 0 }',
      verdict: 'open',
    },
  ],
});
