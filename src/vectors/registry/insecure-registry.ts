import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'insecure-registry',
  title: 'Engine pulls from a registry without verified TLS',
  mechanism: 'registry',
  phase: 'distribute',
  goal: 'supply-chain',
  severity: 'high',
  stride: 'ST',
  appliesTo: ['engine'],
  routes: [
    [
      fact('daemon.insecure-registries', { matches: '^(?!127\\.|localhost(?::|$)|\\[?::1)' }, 'daemon', {
        absent: 'closed',
        set: [],
        title: 'a registry is listed as insecure',
      }),
    ],
  ],
  why: 'For a listed name or network dockerd accepts any certificate and falls back to plain HTTP (moby daemon/pkg/registry): whoever stands on the path replaces images that are named by tag and reads the credentials of the pull. Docker allows it for 127.0.0.0/8 by itself.',
  fix: 'Give the registry a certificate and put its authority into /etc/docker/certs.d/NAME/ca.crt.',
  refs: {
    attack: ['T1557', 'T1525'],
    cisDocker: ['2.5'],
    nist800190: ['3.2.1'],
    owaspDocker: ['D08'],
    microsoftMatrix: ['MS-TA9002'],
    cwe: ['CWE-295', 'CWE-319'],
    docs: ['dockerd reference, insecure registries'],
  },
  examples: [
    { daemon: '{"insecure-registries":["registry.example.org:5000"]}', verdict: 'open' },
    { daemon: '{"insecure-registries":["10.0.0.0/8"]}', verdict: 'open' },
    { daemon: '{}', verdict: 'blocked', depth: 1 },
    { daemon: '{"insecure-registries":["127.0.0.1:5000"]}', verdict: 'blocked' },
    { daemon: '{"insecure-registries":[]}', verdict: 'blocked' },
  ],
});
