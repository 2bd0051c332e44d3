import { call, struct, u32, u64 } from '../../kernel/index.ts';
import { all, any, capable, host, sharedKernel, someFact, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, sharesKernel } from '../probe.ts';
import { needs, tries } from '../probe-questions.ts';

const RLIMIT_RTPRIO = 14;

export default defineVector({
  id: 'cap-sys-nice',
  title: 'Container can starve other processes with real-time scheduling',
  mechanism: 'capability',
  phase: 'create',
  goal: 'denial-of-service',
  severity: 'medium',
  stride: 'D',
  appliesTo: ['workload'],
  routes: [
    [
      any(
        'may raise its priority',
        capable('SYS_NICE'),
        all(
          'by its limits',
          sharedKernel,
          someFact({
            family: 'rlimit.',
            name: '^rtprio$',
            property: 'hard',
            value: { atLeast: 1 },
            mechanism: 'cgroup-limit',
            title: 'RLIMIT_RTPRIO is above 0',
          }),
        ),
      ),
      any('a call', syscall('sched_setscheduler'), syscall('sched_setattr')),
      any(
        'its group has real-time budget',
        host(
          'host.kernel-config.RT_GROUP_SCHED',
          { isNot: 'y' },
          { usually: 'passes', title: 'groups have no budgets of their own' },
        ),
        host('host.fact.rt-budget-given', { is: true }, { title: 'cpu.rt_runtime_us of its group is above 0' }),
      ),
    ],
  ],
  probe: allOf(
    sharesKernel,
    tries(
      'schedules itself in real time',
      [
        // A soft limit may be raised to the hard one.
        call('prlimit64', 0, RLIMIT_RTPRIO, struct([u64(1), u64(1)]), 0),
        call('sched_setscheduler', 0, 2, struct([u32(1)])),
        call('sched_setattr', 0, struct([u32(48), u32(2), u64(0), u32(0), u32(1), u64(0), u64(0), u64(0)]), 0),
      ],
      ['ok'],
      { effects: ['changes-itself'], decides: [1, 2], ...needs('SYS_NICE') },
    ),
  ),
  why: 'user_check_sched_setscheduler() (kernel/sched/syscalls.c) asks capable(CAP_SYS_NICE) or RLIMIT_RTPRIO for a real-time policy; CPU shares of cgroups do not count against it. Real-time throttling leaves the rest five per cent. Where CONFIG_RT_GROUP_SCHED is on, __sched_setscheduler() refuses a group without a budget, which a new one is.',
  fix: 'Drop it; use CPU weight or pinned CPU sets.',
  refs: {
    cisDocker: ['5.4'],
    cisKubernetes: ['5.2.9'],
    nist800190: ['3.4.3'],
    pss: ['baseline:capabilities_baseline', 'restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1499'],
    cwe: ['CWE-250'],
    docs: ['sched(7)'],
  },
  examples: [
    { docker: 'run --cap-add SYS_NICE debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked' },
    { docker: 'run --cap-add SYS_NICE debian', withDaemon: '{"userns-remap":"default"}', verdict: 'blocked', depth: 1 },
    { docker: 'run --ulimit rtprio=99 debian', verdict: 'open' },
    { docker: 'run --cap-add SYS_NICE debian', host: 'kernel-config: { RT_GROUP_SCHED: "n" }', verdict: 'open' },
    { docker: 'run --cap-add SYS_NICE debian', host: 'kernel-config: { RT_GROUP_SCHED: "y" }', verdict: 'unknown' },
    {
      docker: 'run --cap-add SYS_NICE debian',
      host: '{ kernel-config: { RT_GROUP_SCHED: "y" }, facts: { rt-budget-given: false } }',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
