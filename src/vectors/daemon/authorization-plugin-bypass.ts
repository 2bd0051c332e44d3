import { fact, notOlderThan, olderThan } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'authorization-plugin-bypass',
  title: 'Engine can be made to hide the body of a request from its authorization plug-in',
  mechanism: 'daemon',
  phase: 'request',
  goal: 'host-root',
  severity: 'high',
  stride: 'E',
  appliesTo: ['engine'],
  when: fact('daemon.authorization-plugins', { matches: '.' }, 'daemon', { absent: 'closed' }),
  routes: [
    [olderThan('engine.version', '23.0.15', 'daemon')],
    [notOlderThan('engine.version', '24.0.0', 'daemon'), olderThan('engine.version', '25.0.6', 'daemon')],
    [notOlderThan('engine.version', '26.0.0', 'daemon'), olderThan('engine.version', '26.1.5', 'daemon')],
    [notOlderThan('engine.version', '27.0.0', 'daemon'), olderThan('engine.version', '27.1.1', 'daemon')],
  ],
  why: 'With Content-Length 0 the daemon forwarded a request to the plug-in without its body, which a plug-in may take for harmless, and then served the body (CVE-2024-41110; mended in 23.0.15, 25.0.6, 26.1.5 and 27.1.1).',
  fix: 'Update Docker Engine.',
  refs: {
    attack: ['T1068'],
    cisDocker: ['1.2.2'],
    nist800190: ['3.4.1'],
    cwe: ['CWE-863'],
    cve: ['CVE-2024-41110'],
    docs: ['GHSA-v23v-6jw2-98fq'],
  },
  examples: [
    { daemon: '{"authorization-plugins":["opa"]}', host: 'engine: { version: "27.0.3" }', verdict: 'open' },
    {
      daemon: '{"authorization-plugins":["opa"]}',
      host: 'engine: { version: "25.0.6" }',
      verdict: 'blocked',
      depth: 1,
    },
    { daemon: '{"authorization-plugins":["opa"]}', verdict: 'unknown' },
    { daemon: '{}', verdict: 'not-applicable' },
  ],
});
