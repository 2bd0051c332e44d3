import { sharedKernel, someFact } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, says, sharesKernel } from '../probe.ts';

export default defineVector({
  id: 'no-rlimits',
  title: 'Container may open a million descriptors per process',
  mechanism: 'cgroup-limit',
  phase: 'create',
  goal: 'denial-of-service',
  severity: 'low',
  stride: 'D',
  appliesTo: ['workload'],
  routes: [
    [
      sharedKernel,
      someFact({
        family: 'rlimit.',
        name: '^nofile$',
        property: 'hard',
        value: { atLeast: 1048576 },
        mechanism: 'cgroup-limit',
        absent: 'unknown',
        title: 'the hard limit of descriptors is 2^20 or more',
      }),
    ],
  ],
  probe: allOf(
    sharesKernel,
    says('/proc/{pid}/limits', {
      matches:
        '^Max open files +[^ ]+ +(unlimited|[0-9]{8,}|[2-9][0-9]{6}|1(?!0[0-3]|04[0-7]|048[0-4]|0485[0-6]|04857[0-5])[0-9]{6}) ',
      outside: true,
      mechanism: 'cgroup-limit',
    }),
  ),
  why: 'RLIMIT_NOFILE bounds the table of one process (alloc_fd(), fs/file.c). Engines hand on their own limit where none is set, and service units often say infinity, so a few processes fill the file table of the machine.',
  fix: 'Set --ulimit nofile, or default-ulimits of the daemon.',
  refs: {
    attack: ['T1499.001'],
    cisDocker: ['2.8', '5.19'],
    nist800190: ['3.4.3'],
    owaspDocker: ['D07'],
    cwe: ['CWE-770'],
    docs: ['getrlimit(2)'],
  },
  examples: [
    { docker: 'run --ulimit nofile=1048576:1048576 debian', verdict: 'open' },
    { docker: 'run --ulimit nofile=1024:4096 debian', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', verdict: 'unknown' },
    { docker: 'run --ulimit nofile=1048576:1048576 --runtime runsc debian', verdict: 'blocked', depth: 1 },
  ],
});
