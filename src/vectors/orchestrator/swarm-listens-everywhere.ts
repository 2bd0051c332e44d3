import { fact, host } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'swarm-listens-everywhere',
  title: 'The swarm manager listens on every address of the host',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'host-service',
  severity: 'medium',
  stride: 'SE',
  appliesTo: ['host'],
  when: fact('host.fact.swarm-active', { is: true }, 'orchestrator', { absent: 'closed' }),
  routes: [
    [
      host(
        'host.fact.swarm-listen-address',
        { matches: '^(0\\.0\\.0\\.0|\\[?::\\]?)(:\\d+)?$' },
        {
          usually: 'passes',
          title: 'it listens on all addresses, as swarm init leaves it',
        },
      ),
    ],
  ],
  why: "Ports 2377 and 7946 answer on every network of the host, container bridges and public interfaces included, unless `swarm init` got a --listen-addr. A join token, which lies in scripts and chat logs, is all that a node of the attacker needs to receive services and their secrets; with the manager's token it rules the swarm.",
  fix: 'Give `--listen-addr` and `--advertise-addr` of a management network and close the ports elsewhere; rotate join tokens.',
  refs: {
    attack: ['T1133'],
    cisDocker: ['7.2', '7.9'],
    nist800190: ['3.3.2', '3.3.3'],
    cwe: ['CWE-668'],
    docs: ['Docker documentation: docker swarm init'],
  },
  examples: [
    { hostProfile: 'facts: {swarm-active: true, swarm-listen-address: "0.0.0.0:2377"}', verdict: 'open' },
    { hostProfile: 'facts: {swarm-active: true, swarm-listen-address: "10.1.0.4:2377"}', verdict: 'blocked' },
    { hostProfile: 'facts: {swarm-active: false}', verdict: 'not-applicable' },
  ],
});
