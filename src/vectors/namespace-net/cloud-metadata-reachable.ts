import { fact, host, reaches } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, shares, untold } from '../probe.ts';
import { hasRoute } from '../probe-places.ts';

export default defineVector({
  id: 'cloud-metadata-reachable',
  title: 'Container can ask the metadata service of the cloud for credentials of the host',
  mechanism: 'namespace-net',
  phase: 'run',
  goal: 'credential',
  severity: 'high',
  stride: 'ISE',
  appliesTo: ['workload'],
  routes: [
    [
      reaches('outside'),
      host(
        'host.fact.metadata-service',
        { in: ['open', 'token'] },
        { title: 'a metadata service answers at 169.254.169.254, from bridged containers too' },
      ),
    ],
    [
      fact('namespace.net', { is: 'host' }, 'namespace-net', {
        set: 'private',
        title: "uses the host's network namespace",
      }),
      host(
        'host.fact.metadata-service',
        { in: ['open', 'token', 'token-one-hop'] },
        { title: 'a metadata service answers at 169.254.169.254' },
      ),
    ],
  ],
  probe: allOf(
    anyOf(shares('net'), hasRoute('metadata')),
    untold('whether a metadata service answers there is not asked: that would leave the machine'),
  ),
  why: 'The address belongs to the virtual machine, and what a container sends there leaves the host as its own. With a token and a hop limit of 1 the answer dies on the way over the bridge (ip_forward() lowers the TTL, net/ipv4/ip_forward.c); a container in the network of the host is not stopped by that.',
  fix: 'Require tokens with hop limit 1, refuse 169.254.169.254 by firewall or policy, and use workload identity.',
  refs: {
    attack: ['T1552.005'],
    nist800190: ['3.4.2'],
    owaspDocker: ['D03'],
    owaspKubernetes: ['K08'],
    microsoftMatrix: ['MS-TA9028', 'MS-TA9033'],
    cwe: ['CWE-522', 'CWE-918'],
  },
  examples: [
    { docker: 'run debian', host: 'facts: { metadata-service: open }', verdict: 'open' },
    { docker: 'run debian', host: 'facts: { metadata-service: token-one-hop }', verdict: 'blocked', depth: 1 },
    { docker: 'run --network host debian', host: 'facts: { metadata-service: token-one-hop }', verdict: 'open' },
    { docker: 'run --network none debian', host: 'facts: { metadata-service: open }', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', host: 'facts: { metadata-service: none }', verdict: 'blocked' },
    { docker: 'run debian', verdict: 'unknown' },
  ],
});
