import { fact } from '../../model/words.ts';
import { asksForNoCertificate } from '../client-certificates.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'engine-api-over-tcp',
  title: 'Engine API listens on TCP without client certificates',
  mechanism: 'daemon',
  phase: 'request',
  goal: 'host-root',
  severity: 'critical',
  stride: 'STIDE',
  appliesTo: ['engine'],
  routes: [
    [
      fact('daemon.hosts', { matches: '^(?!(?:unix|fd|npipe):)\\S' }, 'daemon', {
        absent: 'closed',
        title: 'the API listens on TCP',
      }),
      asksForNoCertificate,
    ],
  ],
  why: 'Whoever reaches the address may start a privileged container with the root of the host mounted: the API has no other authentication (moby daemon/listeners). With `tlsverify` false it encrypts and lets everybody in. On 127.0.0.1 every local user, host-network container and page in a browser is still inside.',
  fix: 'Use the Unix socket, or SSH from afar; where it must be TCP, set `tlsverify` with an authority of its own and bind one address.',
  refs: {
    attack: ['T1133', 'T1610'],
    cisDocker: ['2.7'],
    nist800190: ['3.4.2'],
    owaspDocker: ['D03'],
    microsoftMatrix: ['MS-TA9005'],
    cwe: ['CWE-306'],
    docs: ['Docker Engine, protect the daemon socket'],
  },
  examples: [
    { daemon: '{"hosts":["unix:///var/run/docker.sock","tcp://0.0.0.0:2375"]}', verdict: 'open' },
    {
      daemon: '{"hosts":["tcp://0.0.0.0:2376"],"tls":true,"tlsverify":false,"tlscert":"/a","tlskey":"/b"}',
      verdict: 'open',
    },
    {
      daemon: '{"hosts":["tcp://0.0.0.0:2376"],"tls":true,"tlscert":"/a","tlskey":"/b"}',
      verdict: 'blocked',
      depth: 1,
    },
    {
      daemon: '{"hosts":["tcp://0.0.0.0:2376"],"tlsverify":true,"tlscacert":"/c","tlscert":"/a","tlskey":"/b"}',
      verdict: 'blocked',
      depth: 1,
    },
    { daemon: '{"hosts":["0.0.0.0:2375"]}', verdict: 'open' },
    { daemon: '{}', verdict: 'blocked', depth: 1 },
    { daemon: '{"hosts":["unix:///var/run/docker.sock","fd://"]}', verdict: 'blocked' },
  ],
});
