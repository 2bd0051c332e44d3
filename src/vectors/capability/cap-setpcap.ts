import { call } from '../../kernel/index.ts';
import { any, capableInContainer, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, holdsCapability, sharesKernel } from '../probe.ts';
import { needs, passesFilter, tries } from '../probe-questions.ts';

export default defineVector({
  id: 'cap-setpcap',
  title: 'Container can pass capabilities on to programs that it starts',
  mechanism: 'capability',
  phase: 'create',
  goal: 'privilege-in-container',
  severity: 'low',
  stride: 'E',
  appliesTo: ['workload'],
  routes: [[capableInContainer('SETPCAP'), any('a call', syscall('prctl'), syscall('capset'))]],
  probe: allOf(
    sharesKernel,
    anyOf(
      tries('drops a capability that there is not', call('prctl', 24, 63, 0, 0, 0), ['EINVAL'], {
        effects: ['changes-itself'],
        ...needs('SETPCAP'),
      }),
      allOf(holdsCapability('SETPCAP'), passesFilter('capset')),
    ),
  ),
  why: 'CAP_SETPCAP lets a process put every capability of its bounding set into the inheritable set and change the secure bits (cap_capset(), cap_task_prctl(), security/commoncap.c), from where ambient capabilities survive the switch to another user.',
  fix: 'cap_drop ALL, so that the bounding set is empty too.',
  refs: {
    cisDocker: ['5.4'],
    nist800190: ['3.4.3'],
    pss: ['restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1548'],
    cwe: ['CWE-250'],
    docs: ['capabilities(7)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'open' },
    { docker: 'run --cap-drop ALL debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --cap-drop SETPCAP debian', verdict: 'blocked' },
  ],
});
