import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'engine-metrics-exposed',
  title: 'Engine shows its metrics to the network',
  mechanism: 'daemon',
  phase: 'host',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['engine'],
  routes: [
    [
      fact('daemon.metrics-addr', { matches: '^(?!127\\.|localhost:|\\[::1\\]|$)' }, 'daemon', {
        absent: 'closed',
        title: 'metrics are served beyond the loopback address',
      }),
    ],
  ],
  why: 'The address serves /metrics over HTTP without authentication (moby daemon/command/metrics.go): versions of engine and kernel, numbers of containers and their states, failures of health checks.',
  fix: 'Bind it to 127.0.0.1 and let a local agent collect.',
  refs: { attack: ['T1613'], cisDocker: ['2.7'], nist800190: ['3.4.2'], cwe: ['CWE-306'] },
  examples: [
    { daemon: '{"metrics-addr":"0.0.0.0:9323"}', verdict: 'open' },
    { daemon: '{"metrics-addr":":9323"}', verdict: 'open' },
    { daemon: '{"metrics-addr":"127.0.0.1:9323"}', verdict: 'blocked', depth: 1 },
    { daemon: '{}', verdict: 'blocked' },
  ],
});
