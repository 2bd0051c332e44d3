import { any, fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'engine-group-members',
  title: 'Users of the host are root by way of the group of the engine',
  mechanism: 'dac',
  phase: 'request',
  goal: 'host-root',
  severity: 'medium',
  stride: 'E',
  appliesTo: ['host'],
  routes: [
    [
      fact('engine.rootless', { isNot: true }, 'namespace-user', {
        absent: 'passes',
        title: 'the engine runs as root',
      }),
      any(
        'the group has members',
        fact('host.fact.docker-group-members', { atLeast: 1 }, 'dac', {
          title: 'a number of users is in the group docker',
        }),
        fact('host.fact.docker-group-members', { matches: '[A-Za-z_]' }, 'dac', {
          title: 'users are in the group docker',
        }),
      ),
    ],
  ],
  why: 'A member writes to the socket, and `docker run -v /:/host --privileged` makes root of that without a password or a log entry of sudo. Malware that runs as such a user has the machine.',
  fix: 'Empty the group: rootless Docker or Podman for people, sudo with a log for administrators.',
  refs: { attack: ['T1078.003', 'T1548'], cisDocker: ['1.1.2', '2.1'], nist800190: ['3.5.4'], cwe: ['CWE-250'] },
  examples: [
    { hostProfile: 'facts: { docker-group-members: [alice, bob] }', verdict: 'open' },
    { hostProfile: 'facts: { docker-group-members: 2 }', verdict: 'open' },
    { hostProfile: 'facts: { docker-group-members: 0 }', verdict: 'blocked', depth: 1 },
    { hostProfile: 'facts: { docker-group-members: [] }', verdict: 'blocked' },
    { hostProfile: 'kernel: 6.12.0', verdict: 'unknown' },
  ],
});
