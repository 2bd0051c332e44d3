import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'ports-published-on-all-by-default',
  title: 'Published ports are open to the whole network unless told otherwise',
  mechanism: 'daemon',
  phase: 'host',
  goal: 'other-container',
  severity: 'low',
  stride: 'I',
  appliesTo: ['engine'],
  routes: [
    [
      fact('daemon.ip', { in: ['0.0.0.0', '::', ''] }, 'namespace-net', {
        absent: 'passes',
        set: '127.0.0.1',
        title: 'the default address is any',
      }),
    ],
  ],
  why: '`-p 5432:5432` without an address binds the one that `ip` names, and by default all of them. The rule is in the nat and FORWARD chains, before what ufw or firewalld say about INPUT. The key holds for the default bridge; other networks take `com.docker.network.bridge.host_binding_ipv4`.',
  fix: 'Set `"ip": "127.0.0.1"` and name the address where a port is meant for others.',
  refs: {
    attack: ['T1133', 'T1190'],
    cisDocker: ['5.14'],
    nist800190: ['3.4.2'],
    cwe: ['CWE-1327'],
    docs: ['Docker Engine, port publishing'],
  },
  examples: [
    { daemon: '{}', verdict: 'open' },
    { daemon: '{"ip":"127.0.0.1"}', verdict: 'blocked', depth: 1 },
  ],
});
