import { all, any, capable, fact, sharedKernel, someFact } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, says, sharesKernel } from '../probe.ts';
import { unlimited } from '../probe-places.ts';
import { capableOnHost } from '../probe-questions.ts';

export default defineVector({
  id: 'cap-ipc-lock',
  title: 'Container can pin memory of the host without limit',
  mechanism: 'capability',
  phase: 'create',
  goal: 'denial-of-service',
  severity: 'low',
  stride: 'D',
  appliesTo: ['workload'],
  routes: [
    [
      any(
        'may lock memory',
        capable('IPC_LOCK'),
        all(
          'by its limit',
          sharedKernel,
          someFact({
            family: 'rlimit.',
            name: '^memlock$',
            property: 'hard',
            value: { is: 'unlimited' },
            mechanism: 'cgroup-limit',
            title: 'RLIMIT_MEMLOCK is unlimited',
          }),
        ),
      ),
      fact('limit.memory', { is: 'none' }, 'cgroup-limit', { title: 'no memory limit' }),
    ],
  ],
  probe: allOf(
    anyOf(
      capableOnHost('IPC_LOCK'),
      allOf(
        sharesKernel,
        says('/proc/{pid}/limits', {
          matches: '^Max locked memory\\s+\\S+\\s+unlimited',
          outside: true,
          mechanism: 'cgroup-limit',
        }),
      ),
    ),
    unlimited('memory'),
  ),
  why: 'can_do_mlock() (mm/mlock.c) and its kin ask capable(CAP_IPC_LOCK) or RLIMIT_MEMLOCK; locked pages are never swapped or reclaimed. They are charged to the memory cgroup, so a limit there bounds them.',
  fix: 'Drop it and set a memory limit.',
  refs: {
    cisDocker: ['5.4'],
    cisKubernetes: ['5.2.9'],
    nist800190: ['3.4.3'],
    pss: ['baseline:capabilities_baseline', 'restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1499'],
    cwe: ['CWE-770'],
    docs: ['mlock(2)'],
  },
  examples: [
    { docker: 'run --cap-add IPC_LOCK debian', verdict: 'open' },
    { docker: 'run --cap-add IPC_LOCK --memory 512m debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --privileged --memory 1g debian', verdict: 'blocked' },
  ],
});
