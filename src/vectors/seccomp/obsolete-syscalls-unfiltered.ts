import { all, any, calls, kernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { reachesKernel } from '../probe-questions.ts';

export default defineVector({
  id: 'obsolete-syscalls-unfiltered',
  title: 'Calls that no current program uses reach the kernel',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'low',
  stride: 'E',
  appliesTo: ['workload'],
  routes: [
    [
      any(
        'one of the calls',
        calls('ustat'),
        calls('sysfs'),
        calls('uselib'),
        all('_sysctl', calls('_sysctl'), kernel({ before: '5.5' })),
        all('lookup_dcookie', calls('lookup_dcookie'), kernel({ before: '5.13' })),
      ),
    ],
  ],
  probe: reachesKernel('ustat', 'sysfs', 'uselib'),
  why: 'ustat, sysfs, uselib, _sysctl and lookup_dcookie are kept for programs of decades ago and get no review; kernels drop them one by one. Serving them to a container is surface without use.',
  fix: 'Use a default profile or a tighter one.',
  refs: {
    attack: ['T1068'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    docs: ['syscalls(2)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --security-opt seccomp=unconfined debian', verdict: 'open' },
    { podman: 'run debian', verdict: 'blocked' },
    { docker: 'run --runtime runsc --privileged debian', verdict: 'blocked', depth: 1 },
  ],
});
