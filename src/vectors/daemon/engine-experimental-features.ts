import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'engine-experimental-features',
  title: 'Engine runs with experimental features',
  mechanism: 'daemon',
  phase: 'host',
  goal: 'host-service',
  severity: 'low',
  stride: 'TE',
  appliesTo: ['engine'],
  routes: [
    [
      fact('daemon.experimental', { is: true }, 'daemon', {
        absent: 'closed',
        set: false,
        title: 'experimental features are on',
      }),
    ],
  ],
  why: 'The switch brings interfaces without a promise of stability or review (checkpoint and restore of processes among them, which writes their memory to files) to a daemon that runs as root.',
  fix: 'Remove the key in production.',
  refs: { cisDocker: ['2.18'], nist800190: ['3.4.1'], cwe: ['CWE-1188'] },
  aliases: ['engine-weak-defaults'],
  examples: [
    { daemon: '{"experimental":true}', verdict: 'open' },
    { daemon: '{}', verdict: 'blocked', depth: 1 },
  ],
});
