import { hostSysctl, kernel, kernelConfig } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'host-io-uring-unrestricted',
  title: 'The host lets everybody use io_uring',
  mechanism: 'kernel',
  phase: 'host',
  goal: 'host-kernel',
  severity: 'low',
  stride: 'E',
  appliesTo: ['host'],
  routes: [
    [hostSysctl('kernel.io_uring_disabled', { is: 0 }), kernelConfig('IO_URING', { usually: 'passes' })],
    [
      kernel({ since: '5.1', before: '6.6' }),
      // Some distributions brought the sysctl to older releases.
      hostSysctl('kernel.io_uring_disabled', { isNot: 2 }, { usually: 'passes' }),
      kernelConfig('IO_URING', { usually: 'passes' }),
    ],
  ],
  why: 'io_uring had more exploited flaws in these years than any other part that containers reach, and its requests pass no seccomp filter. io_uring_allowed() (io_uring/io_uring.c, 6.6) refuses it by sysctl; before, only the filter of each container does.',
  fix: 'kernel.io_uring_disabled=2, or 1 with a group for what needs it; on older kernels keep the filter of the engine.',
  refs: {
    attack: ['T1068'],
    cisDocker: ['1.2.1'],
    nist800190: ['3.5.1'],
    cwe: ['CWE-1188'],
    docs: ['io_uring(7)', 'Documentation/admin-guide/sysctl/kernel.rst'],
  },
  examples: [
    {
      hostProfile: '{ kernel: 6.12.0, sysctls: { kernel.io_uring_disabled: 0 } }',
      verdict: 'open',
    },
    { hostProfile: 'kernel: 6.1.0', verdict: 'open' },
    { hostProfile: '{ kernel: 6.12.0, sysctls: { kernel.io_uring_disabled: 2 } }', verdict: 'blocked', depth: 1 },
    {
      hostProfile: '{ kernel: 5.14.0-427.el9, sysctls: { kernel.io_uring_disabled: 2 } }',
      verdict: 'blocked',
    },
  ],
});
