import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'direct-routing-allowed',
  title: 'Engine lets hosts of the network address containers directly',
  mechanism: 'daemon',
  phase: 'host',
  goal: 'other-container',
  severity: 'low',
  stride: 'TI',
  appliesTo: ['engine'],
  routes: [
    [
      fact('daemon.allow-direct-routing', { is: true }, 'namespace-net', {
        absent: 'closed',
        set: false,
        title: 'packets from outside to container addresses are not filtered',
      }),
    ],
    [
      fact('daemon.ip-forward-no-drop', { is: true }, 'namespace-net', {
        absent: 'closed',
        set: false,
        title: 'the policy of the FORWARD chain is left at accept',
      }),
    ],
  ],
  why: 'Since 28.0 dockerd drops in the raw table what arrives from outside for the address of a container, and sets the FORWARD policy to drop where it switched forwarding on itself. These keys take that back: a published port limited to 127.0.0.1 is then reachable by whoever routes to the container address.',
  fix: 'Remove the keys; name trusted interfaces per network by `com.docker.network.bridge.trusted_host_interfaces`.',
  refs: {
    attack: ['T1190'],
    cisDocker: ['2.4'],
    nist800190: ['3.4.2'],
    cwe: ['CWE-668'],
    docs: ['Docker Engine 28 release notes, Networking'],
  },
  examples: [
    { daemon: '{"allow-direct-routing":true}', verdict: 'open' },
    { daemon: '{"ip-forward-no-drop":true}', verdict: 'open' },
    { daemon: '{}', verdict: 'blocked', depth: 1 },
  ],
});
