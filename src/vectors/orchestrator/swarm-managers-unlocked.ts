import { fact, host } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'swarm-managers-unlocked',
  title: 'Swarm managers start with their keys in clear on disk',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'credential',
  severity: 'medium',
  stride: 'SI',
  appliesTo: ['host'],
  when: fact('host.fact.swarm-active', { is: true }, 'orchestrator', { absent: 'closed' }),
  routes: [
    [
      host(
        'host.fact.swarm-autolock',
        { isNot: true },
        { usually: 'passes', title: 'auto-lock is off, as swarm init leaves it' },
      ),
    ],
  ],
  why: "The raft log holds the secrets and configs of all services and is encrypted with a key that lies beside it, as does the node's TLS key. Without auto-lock a copy of /var/lib/docker/swarm, from a backup or a mount, gives both, and with them the place of a manager.",
  fix: 'Run `docker swarm update --autolock=true` and keep the unlock key elsewhere; rotate it.',
  refs: {
    attack: ['T1552.004'],
    cisDocker: ['7.5', '7.6'],
    nist800190: ['3.3.2'],
    cwe: ['CWE-312'],
    docs: ['Docker documentation: Lock your swarm to protect its encryption key'],
  },
  aliases: ['swarm-control-plane-weak'],
  examples: [
    { hostProfile: 'facts: {swarm-active: true}', verdict: 'open' },
    { hostProfile: 'facts: {swarm-active: true, swarm-autolock: true}', verdict: 'blocked' },
    { hostProfile: 'facts: {swarm-active: false}', verdict: 'not-applicable' },
  ],
});
