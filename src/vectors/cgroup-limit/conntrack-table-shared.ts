import { any, host, reaches } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, says, shares } from '../probe.ts';
import { hasRoute } from '../probe-places.ts';

export default defineVector({
  id: 'conntrack-table-shared',
  title: 'Container can fill the connection tracking table of the host',
  mechanism: 'cgroup-limit',
  phase: 'run',
  goal: 'denial-of-service',
  severity: 'medium',
  stride: 'D',
  appliesTo: ['workload'],
  routes: [
    [
      any('sends to somewhere', reaches('outside'), reaches('host'), reaches('neighbours')),
      host(
        'host.module.nf_conntrack',
        { in: ['loaded'] },
        { usually: 'passes', title: 'the host tracks connections, as address translation needs' },
      ),
    ],
  ],
  probe: allOf(
    anyOf(shares('net'), hasRoute('link')),
    says('/proc/sys/net/netfilter/nf_conntrack_max', {
      matches: '^[0-9]',
      outside: true,
      mechanism: 'kernel',
      absent: 'blocked',
    }),
  ),
  why: 'Traffic that the host translates or filters is tracked in its network namespace, in one table bounded by nf_conntrack_max (__nf_conntrack_alloc(), net/netfilter/nf_conntrack_core.c). Many short connections of one container fill it and packets of all are dropped, whatever sandbox sends them.',
  fix: 'A larger table, limits on new connections per container (nft ct count), a data path without conntrack.',
  refs: {
    attack: ['T1499.001', 'T1498'],
    nist800190: ['3.4.2'],
    owaspDocker: ['D07'],
    cwe: ['CWE-770'],
    papers: ['demons'],
    docs: ['Documentation/networking/nf_conntrack-sysctl.rst'],
  },
  examples: [
    { docker: 'run debian', verdict: 'open' },
    { docker: 'run --network none debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --runtime runsc debian', verdict: 'open' },
    { docker: 'run debian', host: 'modules: { nf_conntrack: absent }', verdict: 'blocked', depth: 1 },
  ],
});
