import { call } from '../../kernel/index.ts';
import { any, capable, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf } from '../probe.ts';
import { capableOnHost, needs, passesFilter, tries } from '../probe-questions.ts';

export default defineVector({
  id: 'cap-wake-alarm',
  title: 'Container can keep the host from sleeping',
  mechanism: 'capability',
  phase: 'create',
  goal: 'denial-of-service',
  severity: 'low',
  stride: 'D',
  appliesTo: ['workload'],
  routes: [
    [capable('WAKE_ALARM'), any('a call', syscall('timer_create'), syscall('timerfd_create'))],
    [capable('BLOCK_SUSPEND'), any('a call', syscall('epoll_ctl'))],
  ],
  probe: anyOf(
    tries('makes an alarm that wakes the machine', call('timerfd_create', 9, 0), ['ok'], {
      effects: ['makes-objects'],
      blocked: { EINVAL: 'find' },
      ...needs('WAKE_ALARM'),
    }),
    allOf(capableOnHost('WAKE_ALARM'), passesFilter('timer_create')),
    allOf(capableOnHost('BLOCK_SUSPEND'), passesFilter('epoll_ctl')),
  ),
  why: 'Alarm clocks that wake the machine ask capable(CAP_WAKE_ALARM) (alarm_timer_create(), kernel/time/alarmtimer.c), EPOLLWAKEUP keeps it awake with CAP_BLOCK_SUSPEND (fs/eventpoll.c). On laptops and edge devices this empties batteries.',
  fix: 'Drop them.',
  refs: {
    cisDocker: ['5.4'],
    cisKubernetes: ['5.2.9'],
    nist800190: ['3.4.3'],
    pss: ['baseline:capabilities_baseline', 'restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1499'],
    cwe: ['CWE-250'],
    docs: ['timer_create(2)', 'epoll_ctl(2)'],
  },
  aliases: ['cap-minor-administrative'],
  examples: [
    { docker: 'run --cap-add WAKE_ALARM debian', verdict: 'open' },
    { docker: 'run --cap-add BLOCK_SUSPEND debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
  ],
});
