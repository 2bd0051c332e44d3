import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { shares } from '../probe.ts';

export default defineVector({
  id: 'shared-pid-namespace',
  title: 'Container can reach processes of a neighbour',
  mechanism: 'namespace-pid',
  phase: 'create',
  goal: 'other-container',
  severity: 'medium',
  stride: 'TID',
  appliesTo: ['workload'],
  routes: [
    [
      fact('namespace.pid', { is: 'shared' }, 'namespace-pid', {
        set: 'private',
        title: 'shares a PID namespace with other containers',
      }),
    ],
  ],
  probe: shares('pid', 'neighbours'),
  why: "Containers in one PID namespace signal each other's processes and, where the user is the same, read their memory, environment and file system through /proc/PID (__ptrace_may_access(), kernel/ptrace.c). A pod's user-space kernel serves both, so it does not separate them.",
  fix: 'Share only between containers of one trust level; use different users.',
  refs: {
    attack: ['T1080', 'T1057'],
    nist800190: ['3.4.3'],
    kubehound: ['SHARE_PS_NAMESPACE'],
    cwe: ['CWE-653'],
    docs: ['pid_namespaces(7)'],
  },
  examples: [
    { compose: '{services: {c: {image: debian, pid: "service:web"}, web: {image: debian}}}', of: 'c', verdict: 'open' },
    // The other container may itself be in the host's.
    { docker: 'run --pid container:web debian', verdict: 'unknown' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --pid host debian', verdict: 'blocked' },
    {
      compose: `services:
  a: { image: debian, pid: 'service:b' }
  b: { image: debian }
`,
      of: 'a',
      verdict: 'open',
    },
  ],
});
