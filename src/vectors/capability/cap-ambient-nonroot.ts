import { fact, someFact } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, says, untold } from '../probe.ts';

export default defineVector({
  id: 'cap-ambient-nonroot',
  title: 'Container gives capabilities to a user other than root',
  mechanism: 'capability',
  phase: 'create',
  goal: 'privilege-in-container',
  severity: 'medium',
  stride: 'E',
  appliesTo: ['workload'],
  routes: [
    [
      fact('process.uid', { isNot: 0 }, 'dac', { title: 'runs as another user than root' }),
      someFact({
        family: 'capability.ambient.',
        value: { is: true },
        mechanism: 'capability',
        title: 'a capability is in the ambient set',
      }),
    ],
    [
      fact('process.uid', { isNot: 0 }, 'dac', { title: 'runs as another user than root' }),
      someFact({
        family: 'capability.inheritable.',
        value: { is: true },
        mechanism: 'capability',
        title: 'a capability is in the inheritable set',
      }),
      { gate: 'privilege-gain' },
      someFact({
        family: 'image.file.',
        property: 'capabilities',
        value: { matches: '.' },
        mechanism: 'image',
        absent: 'unknown',
        title: 'a file of the image has inheritable capabilities',
      }),
    ],
  ],
  probe: allOf(
    says('/proc/self/status', { matches: '^Uid:\\s+\\d+\\s+[1-9]', mechanism: 'dac' }),
    anyOf(
      says('/proc/self/status', { matches: '^CapAmb:\\s*0*[1-9a-f]', mechanism: 'capability' }),
      allOf(
        says('/proc/self/status', { matches: '^CapInh:\\s*0*[1-9a-f]', mechanism: 'capability' }),
        says('/proc/self/status', { matches: '^NoNewPrivs:\\s*0', mechanism: 'no-new-privileges' }),
        untold('whether a file of the image has inheritable capabilities'),
      ),
    ),
  ),
  why: 'Ambient capabilities (4.3) survive execve of an ordinary program (cap_bprm_creds_from_file(), security/commoncap.c), so a process that is no longer root keeps them. Inheritable ones come back through files that carry them; engines before Docker 20.10.14 filled that set.',
  fix: 'Clear both sets; drop the capabilities that the user does not need.',
  refs: {
    attack: ['T1548'],
    cisDocker: ['5.4'],
    nist800190: ['3.4.3'],
    cwe: ['CWE-250', 'CWE-276'],
    cve: ['CVE-2022-24769'],
    docs: ['capabilities(7)'],
  },
  examples: [
    { podman: 'run --user 1000 --cap-add NET_ADMIN debian', verdict: 'open' },
    { docker: 'run --user 1000 --cap-add NET_ADMIN debian', verdict: 'blocked' },
    { docker: 'run debian', verdict: 'blocked' },
  ],
});
