import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'userland-proxy-enabled',
  title: 'Services behind published ports do not see who connects locally',
  mechanism: 'daemon',
  phase: 'host',
  goal: 'host-service',
  severity: 'low',
  stride: 'SR',
  appliesTo: ['engine'],
  routes: [
    [
      fact('daemon.userland-proxy', { isNot: false }, 'daemon', {
        absent: 'passes',
        set: false,
        title: 'docker-proxy copies between sockets',
      }),
    ],
  ],
  why: 'For connections from the host itself docker-proxy accepts and connects anew, so that the container sees the gateway as the peer and rules by address let them pass; one process more for each port is part of what can be attacked.',
  fix: 'Set `"userland-proxy": false` where the kernel has hairpin NAT.',
  refs: { cisDocker: ['2.16'], nist800190: ['3.5.1'], cwe: ['CWE-290'] },
  examples: [
    { daemon: '{}', verdict: 'open' },
    { daemon: '{"userland-proxy":false}', verdict: 'blocked', depth: 1 },
  ],
});
