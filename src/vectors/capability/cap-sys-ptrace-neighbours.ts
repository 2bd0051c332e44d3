import { capableInContainer, fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, shares } from '../probe.ts';
import { capableInside } from '../probe-questions.ts';

export default defineVector({
  id: 'cap-sys-ptrace-neighbours',
  title: 'Container can read and take over processes of a neighbour',
  mechanism: 'capability',
  phase: 'create',
  goal: 'other-container',
  severity: 'high',
  stride: 'TIE',
  appliesTo: ['workload'],
  routes: [
    [
      fact('namespace.pid', { is: 'shared' }, 'namespace-pid', {
        set: 'private',
        title: 'shares a PID namespace with other containers',
      }),
      capableInContainer('SYS_PTRACE'),
    ],
  ],
  probe: allOf(capableInside('SYS_PTRACE'), shares('pid', 'neighbours')),
  why: "Containers that share a PID namespace see each other's processes, and CAP_SYS_PTRACE passes __ptrace_may_access() (kernel/ptrace.c) whatever their users are: /proc/PID/root is the neighbour's file system, /proc/PID/environ its secrets. The profiles of engines let containers under the same AppArmor profile trace each other.",
  fix: 'Drop the capability, or give each container a PID namespace of its own.',
  refs: {
    cisDocker: ['5.4'],
    cisKubernetes: ['5.2.9'],
    nist800190: ['3.4.3'],
    pss: ['baseline:capabilities_baseline', 'restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1055.008', 'T1080'],
    kubehound: ['SHARE_PS_NAMESPACE'],
    cwe: ['CWE-250', 'CWE-653'],
    docs: ['ptrace(2)'],
  },
  examples: [
    {
      compose: '{services: {c: {image: debian, pid: "service:web", cap_add: [SYS_PTRACE]}, web: {image: debian}}}',
      of: 'c',
      verdict: 'open',
    },
    { docker: 'run --cap-add SYS_PTRACE debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --pid container:web debian', verdict: 'blocked', depth: 1 },
  ],
});
