import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'docker-iptables-disabled',
  title: 'Engine leaves the packet filter alone',
  mechanism: 'daemon',
  phase: 'host',
  goal: 'other-container',
  severity: 'medium',
  stride: 'TI',
  appliesTo: ['engine'],
  routes: [
    [
      fact('daemon.iptables', { is: false }, 'namespace-net', {
        absent: 'closed',
        set: true,
        title: 'no filter rules are written',
      }),
    ],
  ],
  why: 'The rules of dockerd are what keeps bridges apart, applies `icc` and, since 28.0, drops what is sent from outside to unpublished ports. Without them the host routes between all networks as its own FORWARD policy says.',
  fix: 'Remove the key; put own rules into the DOCKER-USER chain.',
  refs: {
    attack: ['T1210'],
    cisDocker: ['2.4'],
    nist800190: ['3.4.2'],
    cwe: ['CWE-1188'],
    docs: ['Docker Engine, packet filtering and firewalls'],
  },
  examples: [
    { daemon: '{"iptables":false}', verdict: 'open' },
    { daemon: '{}', verdict: 'blocked', depth: 1 },
  ],
});
