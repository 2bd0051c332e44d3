import { fact, host, reaches } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { anyOf, shares } from '../probe.ts';
import { hasRoute } from '../probe-places.ts';

export default defineVector({
  id: 'host-services-reachable',
  title: 'Container reaches services that listen on the host',
  mechanism: 'namespace-net',
  phase: 'run',
  goal: 'host-service',
  severity: 'low',
  stride: 'SI',
  appliesTo: ['workload'],
  routes: [
    [
      reaches('host'),
      host(
        'host.fact.bridge-input-filtered',
        { isNot: true },
        { usually: 'passes', title: 'the firewall of the host accepts input from the bridge' },
      ),
    ],
    [
      fact('namespace.net', { is: 'host' }, 'namespace-net', {
        set: 'private',
        title: "uses the host's network namespace",
      }),
    ],
  ],
  probe: anyOf(shares('net'), hasRoute('link')),
  why: 'The gateway is an address of the host: whatever listens on all addresses there (databases, agents, the kubelet, other published ports) answers, and takes the container for a local network. Packets to it pass the INPUT chain, where engines write no rules.',
  fix: 'Bind services of the host to 127.0.0.1, and drop input from bridge interfaces except what is meant.',
  refs: { attack: ['T1046', 'T1021'], nist800190: ['3.4.2'], owaspDocker: ['D03'], cwe: ['CWE-668'] },
  examples: [
    { docker: 'run debian', verdict: 'open' },
    { docker: 'run debian', host: 'facts: { bridge-input-filtered: true }', verdict: 'blocked', depth: 1 },
    { docker: 'run --network none debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --network host debian', host: 'facts: { bridge-input-filtered: true }', verdict: 'open' },
  ],
});
