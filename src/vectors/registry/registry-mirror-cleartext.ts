import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'registry-mirror-cleartext',
  title: 'Engine pulls through a mirror without TLS',
  mechanism: 'registry',
  phase: 'distribute',
  goal: 'supply-chain',
  severity: 'medium',
  stride: 'ST',
  appliesTo: ['engine'],
  routes: [
    [
      fact('daemon.registry-mirrors', { matches: '^http://(?!127\\.|localhost(?:[:/]|$)|\\[::1)' }, 'daemon', {
        absent: 'closed',
        title: 'a mirror is asked in clear',
      }),
    ],
  ],
  why: 'dockerd asks the mirror before Docker Hub for every image without a registry, and takes the manifest of a tag from its answer. In clear, whoever stands on the path writes that answer.',
  fix: 'Give the mirror TLS, or run it on the host and name it by 127.0.0.1.',
  refs: {
    attack: ['T1557'],
    cisDocker: ['2.5'],
    nist800190: ['3.2.1'],
    cwe: ['CWE-319'],
    docs: ['dockerd reference, registry-mirrors'],
  },
  examples: [
    { daemon: '{"registry-mirrors":["http://mirror.example.org:5000"]}', verdict: 'open' },
    { daemon: '{"registry-mirrors":["https://mirror.example.org"]}', verdict: 'blocked', depth: 1 },
    { daemon: '{}', verdict: 'blocked' },
  ],
});
