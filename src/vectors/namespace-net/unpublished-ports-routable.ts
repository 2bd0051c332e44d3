import { fact, host, olderThan } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'unpublished-ports-routable',
  title: 'Ports of the container that are not published are open to the local network',
  mechanism: 'namespace-net',
  phase: 'run',
  goal: 'other-container',
  severity: 'medium',
  stride: 'IT',
  appliesTo: ['workload'],
  routes: [
    [
      fact('engine.name', { is: 'docker' }, 'daemon', { title: 'Docker makes the network' }),
      fact('network.mode', { in: ['default-bridge', 'bridge'] }, 'namespace-net', { title: 'it is on a bridge' }),
      olderThan('engine.version', '28.0.0', 'daemon'),
      host('host.fact.forward-policy', { is: 'accept' }, { title: 'the FORWARD chain of the host accepts by default' }),
    ],
    [
      fact('engine.name', { is: 'docker' }, 'daemon', { title: 'Docker makes the network' }),
      fact('network.mode', { in: ['default-bridge', 'bridge'] }, 'namespace-net', { title: 'it is on a bridge' }),
      fact('daemon.iptables', { is: false }, 'namespace-net', {
        absent: 'closed',
        set: true,
        title: 'the engine writes no filter rules',
      }),
      host('host.fact.forward-policy', { is: 'accept' }, { title: 'the FORWARD chain of the host accepts by default' }),
    ],
  ],
  why: 'A neighbour on the link of the host sends to the address of the container with the host as next hop, and the host forwards. Until 28.0 dockerd relied on the policy of the FORWARD chain, which it sets to drop only where it switched forwarding on itself; since then it drops such packets by rules of its own.',
  fix: 'Update to Docker 28 or later and leave `iptables` on; before that, set the FORWARD policy to drop.',
  refs: {
    attack: ['T1190'],
    cisDocker: ['2.4', '1.2.2'],
    nist800190: ['3.4.2'],
    owaspDocker: ['D03'],
    cwe: ['CWE-668'],
    docs: ['Docker Engine 28 release notes, Networking'],
  },
  examples: [
    { docker: 'run debian', engine: 'docker@27', host: 'facts: { forward-policy: accept }', verdict: 'open' },
    {
      docker: 'run debian',
      engine: 'docker@27',
      host: 'facts: { forward-policy: drop }',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run debian', verdict: 'blocked' },
    {
      docker: 'run --network none debian',
      engine: 'docker@27',
      host: 'facts: { forward-policy: accept }',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
