import { any, capable, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { HARMLESS } from '../harmless-calls.data.ts';
import { allOf, anyOf } from '../probe.ts';
import { capableOnHost, needs, passesFilter, tries, triesHarmless } from '../probe-questions.ts';

export default defineVector({
  id: 'cap-sys-time',
  title: 'Container can set the clock of the host',
  mechanism: 'capability',
  phase: 'create',
  goal: 'denial-of-service',
  severity: 'high',
  stride: 'TRD',
  appliesTo: ['workload'],
  routes: [
    [
      capable('SYS_TIME'),
      any('a call', syscall('clock_settime'), syscall('settimeofday'), syscall('clock_adjtime'), syscall('adjtimex')),
    ],
  ],
  probe: anyOf(
    triesHarmless('adjtimex', ['EINVAL'], needs('SYS_TIME')),
    tries('sets no time', HARMLESS.settimeofday.call, ['ok'], needs('SYS_TIME')),
    allOf(capableOnHost('SYS_TIME'), passesFilter('clock_settime', 'clock_adjtime')),
  ),
  why: 'The real-time clock belongs to no namespace (time namespaces cover the monotonic and boot clocks only), and security_settime64() asks capable(CAP_SYS_TIME) (cap_settime(), security/commoncap.c). A wrong clock breaks certificates, tokens and logs of the whole machine.',
  fix: 'Drop it; run time synchronisation on the host.',
  refs: {
    cisDocker: ['5.4'],
    cisKubernetes: ['5.2.9'],
    nist800190: ['3.4.3'],
    pss: ['baseline:capabilities_baseline', 'restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1499', 'T1070'],
    cwe: ['CWE-250'],
    docs: ['clock_settime(2)'],
  },
  examples: [
    { docker: 'run --cap-add SYS_TIME debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --cap-add SYS_TIME debian', withDaemon: '{"userns-remap":"default"}', verdict: 'blocked', depth: 1 },
    { docker: 'run --cap-add SYS_TIME --security-opt no-new-privileges --user 101 nginx', verdict: 'blocked' },
  ],
});
