import { calls, capable, hostSysctl, kernel, kernelConfig } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, sharesKernel } from '../probe.ts';
import { needs, triesHarmless } from '../probe-questions.ts';

export default defineVector({
  id: 'io-uring-allowed',
  title: 'Container can use io_uring, whose requests no filter sees',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'medium',
  stride: 'E',
  appliesTo: ['workload'],
  routes: [
    [
      calls('io_uring_setup'),
      hostSysctl('kernel.io_uring_disabled', { is: 0 }, { usually: 'passes' }),
      kernel({ since: '5.1', usually: 'passes' }),
      kernelConfig('IO_URING', { usually: 'passes' }),
    ],
    [
      calls('io_uring_setup'),
      capable('SYS_ADMIN'),
      hostSysctl('kernel.io_uring_disabled', { isNot: 2 }, { usually: 'passes' }),
      kernel({ since: '5.1', usually: 'passes' }),
      kernelConfig('IO_URING', { usually: 'passes' }),
    ],
  ],
  probe: allOf(sharesKernel, triesHarmless('io_uring_setup', ['EFAULT', 'EINVAL'], needs('SYS_ADMIN'))),
  why: 'Requests of a ring are carried out inside the kernel, past seccomp, and the subsystem had many memory-safety flaws; Docker 25 and containerd 2.0 dropped its calls from their profiles. io_uring_allowed() (io_uring/io_uring.c, 6.6) closes it by sysctl: 2 for all, 1 for all without CAP_SYS_ADMIN.',
  fix: 'Use a current default profile; kernel.io_uring_disabled=2 (6.6).',
  refs: {
    attack: ['T1068'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    cve: ['CVE-2022-29582', 'CVE-2023-2598'],
    docs: ['io_uring_setup(2)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', engine: 'docker@24', verdict: 'open' },
    { docker: 'run --security-opt seccomp=unconfined debian', verdict: 'open' },
    {
      docker: 'run --security-opt seccomp=unconfined debian',
      host: 'sysctls: { kernel.io_uring_disabled: 2 }',
      verdict: 'blocked',
      depth: 1,
    },
    {
      docker: 'run --security-opt seccomp=unconfined --cap-add SYS_ADMIN debian',
      host: 'sysctls: { kernel.io_uring_disabled: 1 }',
      verdict: 'open',
    },
    { docker: 'run --runtime runsc --security-opt seccomp=unconfined debian', verdict: 'blocked', depth: 1 },
  ],
});
