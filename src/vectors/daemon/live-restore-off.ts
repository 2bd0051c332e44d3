import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'live-restore-off',
  title: 'Every restart of the engine stops all containers',
  mechanism: 'daemon',
  phase: 'host',
  goal: 'denial-of-service',
  severity: 'low',
  stride: 'D',
  appliesTo: ['engine'],
  routes: [
    [
      fact('daemon.live-restore', { isNot: true }, 'daemon', {
        absent: 'passes',
        set: true,
        title: 'containers end with the daemon',
      }),
    ],
  ],
  why: 'Without it dockerd shuts containers down when it stops, so that security updates of the engine are put off, and whoever can make the daemon crash stops everything. Swarm services cannot use it.',
  fix: 'Set `"live-restore": true` (not in swarm mode).',
  refs: { attack: ['T1499'], cisDocker: ['2.15'], nist800190: ['3.4.1'], docs: ['Docker Engine, live restore'] },
  examples: [
    { daemon: '{}', verdict: 'open' },
    { daemon: '{"live-restore":true}', verdict: 'blocked', depth: 1 },
  ],
});
