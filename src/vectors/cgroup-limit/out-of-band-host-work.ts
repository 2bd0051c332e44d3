import { fact, hostSysctl, sharedKernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, hostHas, sharesKernel, untold } from '../probe.ts';

export default defineVector({
  id: 'out-of-band-host-work',
  title: 'Container makes services of the host work on its account',
  mechanism: 'cgroup-limit',
  phase: 'run',
  goal: 'denial-of-service',
  severity: 'low',
  stride: 'D',
  appliesTo: ['workload'],
  routes: [
    [
      fact('runtime.log-driver', { notIn: ['none', 'passthrough'] }, 'daemon', {
        absent: 'passes',
        set: 'none',
        title: 'the engine copies what it prints',
      }),
    ],
    [
      sharedKernel,
      hostSysctl(
        'kernel.core_pattern',
        { matches: '^\\|' },
        { title: 'the kernel starts a program for each core dump' },
      ),
    ],
  ],
  probe: anyOf(
    allOf(sharesKernel, hostHas(hostSysctl('kernel.core_pattern', { matches: '^\\|' }))),
    untold('what the engine does with each line of output no kernel tells'),
  ),
  why: 'Time and memory are charged to whoever runs: what the log driver does with each line, and the helper that do_coredump() (fs/coredump.c) starts as root for each crash, count for the host. A container at its own limit still makes them work.',
  fix: 'Limit the rate of logs (journald RateLimit, `mode=non-blocking`), and let cores go to a file or a handler that limits itself.',
  refs: {
    attack: ['T1499.001'],
    nist800190: ['3.4.3'],
    owaspDocker: ['D07'],
    cwe: ['CWE-405', 'CWE-770'],
    papers: ['houdini'],
    docs: ['core(5)'],
  },
  aliases: ['out-of-band-kernel-work'],
  examples: [
    { docker: 'run debian', verdict: 'open' },
    {
      docker: 'run --log-driver none debian',
      host: 'sysctls: { kernel.core_pattern: "core" }',
      verdict: 'blocked',
      depth: 1,
    },
    {
      docker: 'run --log-driver none debian',
      host: 'sysctls: { kernel.core_pattern: "|/usr/lib/systemd/systemd-coredump %P" }',
      verdict: 'open',
    },
    { docker: 'run --log-driver none --runtime runsc debian', verdict: 'blocked', depth: 1 },
  ],
});
