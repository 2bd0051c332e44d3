import { any, host, kernelConfig, mounted, sharedKernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, hostHas, says, sharesKernel } from '../probe.ts';
import { hasMounted, sees } from '../probe-places.ts';

const hasVersion1 = host('host.cgroup', { in: ['v1', 'hybrid'] }, { title: 'the host uses cgroup v1' });

/** Where distributions mount it, with or without its sister. */
const HIERARCHIES = ['/sys/fs/cgroup/net_prio', '/sys/fs/cgroup/net_cls,net_prio'];

export default defineVector({
  id: 'leak-host-network-devices',
  title: 'Container sees the network devices of the host through a v1 control group',
  mechanism: 'mount',
  phase: 'run',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [
    [
      sharedKernel,
      hasVersion1,
      any(
        'the control groups are mounted',
        mounted({ types: ['cgroup'], destination: '^/sys/fs/cgroup', title: 'the control groups are mounted' }),
        mounted({ types: ['bind'], covers: HIERARCHIES, title: 'those of the host are mounted' }),
      ),
      kernelConfig('CGROUP_NET_PRIO', { usually: 'passes' }),
    ],
  ],
  probe: allOf(
    sharesKernel,
    hostHas(hasVersion1),
    anyOf(hasMounted({ types: ['cgroup'], at: '^/sys/fs/cgroup' }), sees({ covers: HIERARCHIES })),
    says('/proc/cgroups', { matches: '^net_prio\\t', outside: true, mechanism: 'kernel' }),
  ),
  why: 'read_priomap() (net/core/netprio_cgroup.c) walks the devices of the initial network namespace, whoever reads net_prio.ifpriomap. The controller exists on cgroup v1 only.',
  fix: 'Use cgroup v2.',
  refs: {
    attack: ['T1016'],
    nist800190: ['3.5.2'],
    cwe: ['CWE-497'],
    papers: ['containerleaks'],
    docs: ['Documentation/admin-guide/cgroup-v1/net_prio.rst'],
  },
  examples: [
    { docker: 'run debian', host: 'cgroup: v1', verdict: 'open' },
    { docker: 'run -v /sys/fs/cgroup:/sys/fs/cgroup:ro debian', host: 'cgroup: hybrid', verdict: 'open' },
    { docker: 'run debian', host: 'cgroup: v2', verdict: 'blocked', depth: 1 },
    { docker: 'run --runtime runsc debian', host: 'cgroup: v1', verdict: 'blocked', depth: 1 },
  ],
});
