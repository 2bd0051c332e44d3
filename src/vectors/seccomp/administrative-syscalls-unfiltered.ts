import { any, calls } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { reachesKernel } from '../probe-questions.ts';

export default defineVector({
  id: 'administrative-syscalls-unfiltered',
  title: 'Administrative calls reach the kernel, where one capability check is all that stands',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'low',
  stride: 'TDE',
  appliesTo: ['workload'],
  routes: [
    [
      any(
        'one of the calls',
        calls('quotactl'),
        calls('swapon'),
        calls('swapoff'),
        calls('acct'),
        calls('settimeofday'),
        calls('clock_settime'),
        calls('iopl'),
        calls('ioperm'),
        calls('move_pages'),
        calls('kexec_load'),
        calls('init_module'),
      ),
    ],
  ],
  probe: reachesKernel(
    'quotactl',
    'swapon',
    'swapoff',
    'acct',
    'settimeofday',
    'clock_settime',
    'iopl',
    'ioperm',
    'move_pages',
    'kexec_load',
    'init_module',
  ),
  why: 'Default profiles let quotactl, swapon, acct, clock_settime, iopl, move_pages, kexec_load and init_module through only with the capability that belongs to them. Without the filter the check inside the call is the last mechanism, and calls like quotactl or move_pages do work before it or without it.',
  fix: 'Use a default profile or a tighter one.',
  refs: {
    attack: ['T1068'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    docs: ['syscalls(2)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --security-opt seccomp=unconfined --cap-drop ALL debian', verdict: 'open' },
    { docker: 'run --cap-add SYS_TIME debian', verdict: 'open' },
    { docker: 'run --runtime runsc --security-opt seccomp=unconfined debian', verdict: 'blocked', depth: 1 },
  ],
});
