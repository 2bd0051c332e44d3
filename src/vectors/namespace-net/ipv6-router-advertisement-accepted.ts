import { reaches, someFact } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, untold } from '../probe.ts';
import { hasRoute } from '../probe-places.ts';

export default defineVector({
  id: 'ipv6-router-advertisement-accepted',
  title: 'Container lets a neighbour decide its IPv6 routes',
  mechanism: 'namespace-net',
  phase: 'run',
  goal: 'other-container',
  severity: 'low',
  stride: 'SI',
  appliesTo: ['workload'],
  routes: [
    [
      someFact({
        family: 'sysctl.',
        name: '^net\\.ipv6\\.conf\\.[^.]+\\.accept_ra$',
        value: { notMatches: '^0$' },
        mechanism: 'namespace-net',
        title: 'router advertisements are accepted',
      }),
      reaches('neighbours'),
    ],
  ],
  probe: allOf(hasRoute('link'), untold('which of its links take advertisements is not read')),
  why: 'ndisc_router_discovery() (net/ipv6/ndisc.c) takes a default route and name servers from whoever on the link sends an advertisement, and a container with CAP_NET_RAW can. Engines switch it off in their networks since CVE-2020-13401; the sysctl switches it on again.',
  fix: 'Remove the sysctl; set static routes.',
  refs: {
    attack: ['T1557'],
    nist800190: ['3.4.2'],
    microsoftMatrix: ['MS-TA9036'],
    cwe: ['CWE-300'],
    cve: ['CVE-2020-13401', 'CVE-2020-10749'],
  },
  examples: [
    { docker: 'run --sysctl net.ipv6.conf.eth0.accept_ra=2 debian', verdict: 'open' },
    { docker: 'run --sysctl net.ipv6.conf.eth0.accept_ra=0 debian', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', verdict: 'blocked' },
  ],
});
