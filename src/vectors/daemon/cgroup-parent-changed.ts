import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'cgroup-parent-changed',
  title: 'Container is accounted outside the slice of the engine',
  mechanism: 'daemon',
  phase: 'create',
  goal: 'denial-of-service',
  severity: 'low',
  stride: 'D',
  appliesTo: ['workload', 'engine'],
  routes: [
    [
      fact('request.cgroup-parent', { matches: '.' }, 'cgroup-limit', {
        absent: 'closed',
        title: 'the container asks for another parent',
      }),
    ],
    [
      fact('daemon.cgroup-parent', { matches: '.' }, 'cgroup-limit', {
        absent: 'closed',
        title: 'the engine puts containers below another parent',
      }),
      fact('request.cgroup-parent', { notMatches: '.' }, 'cgroup-limit', {
        absent: 'passes',
        title: 'the container asks for none',
      }),
    ],
  ],
  why: 'Limits hold for the whole path from the root (mem_cgroup hierarchy, mm/memcontrol.c): a container below another parent escapes what was set for all containers, and competes with the services of the slice it was put into.',
  fix: 'Remove the setting, or give the new parent limits of its own.',
  refs: {
    attack: ['T1499.001'],
    cisDocker: ['2.10', '5.25'],
    nist800190: ['3.4.3'],
    cwe: ['CWE-770'],
    docs: ['cgroups(7)'],
  },
  examples: [
    { docker: 'run --cgroup-parent system.slice debian', verdict: 'open' },
    { daemon: '{"cgroup-parent":"/custom"}', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { daemon: '{}', verdict: 'blocked' },
  ],
});
