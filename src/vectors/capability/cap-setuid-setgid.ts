import { any, capableInContainer, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, holdsCapability, sharesKernel } from '../probe.ts';
import { passesFilter } from '../probe-questions.ts';

export default defineVector({
  id: 'cap-setuid-setgid',
  title: 'Container can take the identity of any user and group',
  mechanism: 'capability',
  phase: 'create',
  goal: 'privilege-in-container',
  severity: 'low',
  stride: 'E',
  appliesTo: ['workload'],
  routes: [
    [capableInContainer('SETUID'), any('a call', syscall('setuid'), syscall('setresuid'), syscall('setreuid'))],
    [capableInContainer('SETGID'), any('a call', syscall('setgroups'), syscall('setgid'), syscall('setresgid'))],
  ],
  probe: allOf(
    sharesKernel,
    anyOf(
      allOf(holdsCapability('SETUID'), passesFilter('setuid', 'setresuid', 'setreuid')),
      allOf(holdsCapability('SETGID'), passesFilter('setgroups', 'setgid', 'setresgid')),
    ),
  ),
  why: 'CAP_SETUID and CAP_SETGID let a process become any user of its user namespace (ns_capable_setid(), kernel/capability.c). Without a user namespace these are the users of the host: files in mounts and processes in shared PID namespaces belong to them.',
  fix: 'cap_drop ALL and start as the final user.',
  refs: {
    cisDocker: ['5.4'],
    nist800190: ['3.4.3'],
    pss: ['restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1548.001'],
    cwe: ['CWE-250'],
    docs: ['setuid(2)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'open' },
    { docker: 'run --cap-drop ALL debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --user 1000 --security-opt no-new-privileges debian', verdict: 'blocked' },
  ],
});
