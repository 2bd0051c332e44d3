import { fact, olderThan, someFact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'loopback-port-reachable-from-link',
  title: 'A port published on 127.0.0.1 is open to the local network',
  mechanism: 'namespace-net',
  phase: 'run',
  goal: 'other-container',
  severity: 'medium',
  stride: 'IT',
  appliesTo: ['workload'],
  routes: [
    [
      fact('engine.name', { is: 'docker' }, 'daemon', { title: 'Docker makes the network' }),
      olderThan('engine.version', '28.0.0', 'daemon'),
      someFact({
        family: 'network.published.',
        name: '^(?:127\\.|\\[::1\\]|::1:)',
        value: { is: true },
        mechanism: 'namespace-net',
        title: 'a port is published on the loopback address',
      }),
      fact('daemon.iptables', { isNot: false }, 'namespace-net', {
        absent: 'passes',
        title: 'the port is mapped in the nat table',
      }),
    ],
  ],
  why: 'The rule that maps the port accepts packets for the address of the container from any interface, and before 28.0 nothing dropped those that a neighbour on the link sent there directly (Docker Engine, port publishing: releases before 28.0.0).',
  fix: 'Update to Docker 28 or later.',
  refs: {
    attack: ['T1190'],
    cisDocker: ['1.2.2'],
    nist800190: ['3.4.1', '3.4.2'],
    cwe: ['CWE-668'],
    docs: ['Docker Engine, port publishing'],
  },
  examples: [
    { docker: 'run -p 127.0.0.1:5432:5432 postgres', engine: 'docker@27', verdict: 'open' },
    { docker: 'run -p 127.0.0.1:5432:5432 postgres', engine: 'docker@28', verdict: 'blocked', depth: 1 },
    { docker: 'run postgres', engine: 'docker@27', verdict: 'blocked' },
  ],
});
