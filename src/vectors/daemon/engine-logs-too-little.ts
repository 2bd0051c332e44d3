import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'engine-logs-too-little',
  title: 'Engine keeps no record of what it is told to do',
  mechanism: 'daemon',
  phase: 'host',
  goal: 'host-service',
  severity: 'low',
  stride: 'R',
  appliesTo: ['engine'],
  routes: [
    [
      fact('daemon.log-level', { in: ['warn', 'error', 'fatal', 'panic'] }, 'daemon', {
        absent: 'closed',
        set: 'info',
        title: 'messages of level info are dropped',
      }),
      fact('daemon.debug', { isNot: true }, 'daemon', { absent: 'passes', title: 'debug is off' }),
    ],
  ],
  why: 'Starts, stops and failures of containers are logged at level info, the default. Above it, what an intruder did through the API leaves no trace in the journal of the engine. `debug` sets the level to debug whatever else is said.',
  fix: 'Set `"log-level": "info"` or remove the key.',
  refs: { cisDocker: ['2.3'], nist800190: ['3.4.1'], owaspDocker: ['D10'], cwe: ['CWE-778'] },
  examples: [
    { daemon: '{"log-level":"error"}', verdict: 'open' },
    { daemon: '{}', verdict: 'blocked', depth: 1 },
    { daemon: '{"log-level":"info"}', verdict: 'blocked' },
  ],
});
