import { any, fact, host } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { unlimited } from '../probe-places.ts';

export default defineVector({
  id: 'no-pids-limit',
  title: 'Container can use up the process table of the host',
  mechanism: 'cgroup-limit',
  phase: 'create',
  goal: 'denial-of-service',
  severity: 'medium',
  stride: 'D',
  appliesTo: ['workload'],
  routes: [
    [
      fact('limit.pids', { is: 'none' }, 'cgroup-limit', { set: 512, title: 'no limit of tasks' }),
      fact('sandbox.kind', { isNot: 'hypervisor' }, 'hypervisor', { title: 'no virtual machine bounds it' }),
      any(
        'nor does the kubelet set one',
        fact('kubernetes.kind', { notMatches: '.' }, 'orchestrator', {
          absent: 'passes',
          title: 'no kubelet starts it',
        }),
        host(
          'host.fact.pod-pids-limit',
          { in: ['none', -1] },
          { usually: 'passes', title: 'podPidsLimit of the kubelet is -1, its default' },
        ),
      ),
    ],
  ],
  probe: unlimited('pids'),
  why: 'pids_can_fork() (kernel/cgroup/pids.c) refuses a fork only where a group on the path to the root has pids.max. Without one, processes that multiply reach kernel.pid_max or threads-max (copy_process(), kernel/fork.c), and nobody on the host can start anything.',
  fix: 'Set a limit of a few hundred tasks; for pods, podPidsLimit of the kubelet.',
  refs: {
    attack: ['T1499.001'],
    cisDocker: ['5.29'],
    cisKubernetes: ['4.2.13'],
    nist800190: ['3.4.3'],
    owaspDocker: ['D07'],
    microsoftMatrix: ['MS-TA9040'],
    cwe: ['CWE-770'],
    docs: ['Documentation/admin-guide/cgroup-v2.rst, PID'],
  },
  examples: [
    { docker: 'run debian', verdict: 'open' },
    { docker: 'run --pids-limit 200 debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --pids-limit -1 debian', verdict: 'open' },
    { podman: 'run debian', verdict: 'blocked' },
    { podman: 'run --pids-limit 0 debian', verdict: 'open' },
    { docker: 'run --runtime kata debian', verdict: 'blocked' },
  ],
});
