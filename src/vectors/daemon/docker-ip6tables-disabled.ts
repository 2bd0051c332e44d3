import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'docker-ip6tables-disabled',
  title: 'Containers have IPv6 addresses that no filter of the engine protects',
  mechanism: 'daemon',
  phase: 'host',
  goal: 'other-container',
  severity: 'medium',
  stride: 'TI',
  appliesTo: ['engine'],
  routes: [
    [
      fact('daemon.ip6tables', { is: false }, 'namespace-net', {
        absent: 'closed',
        set: true,
        title: 'no IPv6 filter rules are written',
      }),
    ],
  ],
  why: 'IPv6 networks are routed, not translated: with `ip6tables` false every port of a container with an IPv6 address is reachable from where the host is, published or not.',
  fix: 'Remove the key (true is the default since Docker 27.0).',
  refs: {
    attack: ['T1190'],
    cisDocker: ['2.4'],
    nist800190: ['3.4.2'],
    cwe: ['CWE-1188'],
    docs: ['Docker Engine, packet filtering and firewalls'],
  },
  examples: [
    { daemon: '{"ipv6":true,"ip6tables":false}', verdict: 'open' },
    { daemon: '{"ipv6":true}', verdict: 'blocked', depth: 1 },
    { daemon: '{}', verdict: 'blocked' },
  ],
});
