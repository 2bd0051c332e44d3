import { fact, sharedKernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, shares, sharesKernel } from '../probe.ts';

export default defineVector({
  id: 'host-cgroup-namespace',
  title: 'Container sees its place in the cgroup tree of the host',
  mechanism: 'namespace-cgroup',
  phase: 'create',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [
    [
      sharedKernel,
      fact('namespace.cgroup', { is: 'host' }, 'namespace-cgroup', {
        set: 'private',
        title: "uses the host's cgroup namespace",
      }),
    ],
  ],
  probe: allOf(sharesKernel, shares('cgroup')),
  why: "/proc/self/cgroup and a mounted cgroup file system show paths from the host's root (cgroup_namespaces(7), 4.6): ids of the container, pod and slice, and with cgroup v1 the files at the root of each hierarchy.",
  fix: 'Use cgroup v2 with its private default.',
  refs: { attack: ['T1082', 'T1613'], cisDocker: ['5.25'], cwe: ['CWE-497'], docs: ['cgroup_namespaces(7)'] },
  examples: [
    { docker: 'run --cgroupns host debian', verdict: 'open' },
    { docker: 'run --cgroupns private debian', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', host: 'cgroup: v2', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', host: 'cgroup: v1', verdict: 'open' },
  ],
});
