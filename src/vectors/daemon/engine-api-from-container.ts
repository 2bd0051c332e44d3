import { fact, reaches } from '../../model/words.ts';
import { asksForNoCertificate } from '../client-certificates.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'engine-api-from-container',
  title: 'Container reaches an engine API that asks for no certificate',
  mechanism: 'daemon',
  phase: 'run',
  goal: 'host-root',
  severity: 'critical',
  stride: 'STIDE',
  appliesTo: ['workload'],
  routes: [
    [
      fact(
        'daemon.hosts',
        { matches: '^(?!(?:unix|fd|npipe):)(?!(?:tcp://)?(?:127\\.|localhost|\\[::1\\]|:|$))\\S' },
        'daemon',
        {
          absent: 'closed',
          title: 'the API listens on an address of the host',
        },
      ),
      asksForNoCertificate,
      reaches('host'),
    ],
    [
      fact('daemon.hosts', { matches: '^(?!(?:unix|fd|npipe):)\\S' }, 'daemon', {
        absent: 'closed',
        title: 'the API listens on TCP',
      }),
      asksForNoCertificate,
      fact('namespace.net', { is: 'host' }, 'namespace-net', {
        set: 'private',
        title: "uses the host's network namespace",
      }),
    ],
  ],
  why: 'The gateway of a bridge is an address of the host, and packets to it go through the INPUT chain, which Docker leaves alone. One HTTP request then starts a privileged container beside this one. Only the flags in daemon.json are seen here, not those of the service unit.',
  fix: 'Remove the TCP listener or require client certificates; refuse input from bridge interfaces in the firewall of the host.',
  refs: {
    attack: ['T1610', 'T1552.007', 'T1611'],
    cisDocker: ['2.7'],
    nist800190: ['3.4.2'],
    microsoftMatrix: ['MS-TA9005'],
    cwe: ['CWE-306'],
    docs: ['Docker Engine, protect the daemon socket'],
  },
  examples: [
    { docker: 'run debian', withDaemon: '{"hosts":["tcp://0.0.0.0:2375"]}', verdict: 'open' },
    { docker: 'run debian', withDaemon: '{"hosts":["10.0.0.1:2375"]}', verdict: 'open' },
    { docker: 'run debian', withDaemon: '{"hosts":["unix:///run/docker.sock","tcp://:2375"]}', verdict: 'blocked' },
    { docker: 'run --network host debian', withDaemon: '{"hosts":["tcp://127.0.0.1:2375"]}', verdict: 'open' },
    { docker: 'run debian', withDaemon: '{"hosts":["tcp://127.0.0.1:2375"]}', verdict: 'blocked', depth: 1 },
    {
      docker: 'run --network none debian',
      withDaemon: '{"hosts":["tcp://0.0.0.0:2375"]}',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run debian', verdict: 'blocked' },
  ],
});
