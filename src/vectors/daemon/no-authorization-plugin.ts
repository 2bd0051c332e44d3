import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'no-authorization-plugin',
  title: 'Every client of the engine API may do everything',
  mechanism: 'daemon',
  phase: 'request',
  goal: 'host-root',
  severity: 'low',
  stride: 'RE',
  appliesTo: ['engine'],
  routes: [
    [
      fact('daemon.authorization-plugins', { notMatches: '.' }, 'daemon', {
        absent: 'passes',
        title: 'no plug-in decides on requests',
      }),
    ],
  ],
  why: 'The API knows no rights: whoever may write to the socket may mount the root of the host into a privileged container. Only an authorization plug-in sees user, method and body of a request before it is served (moby pkg/authorization).',
  fix: 'Where several people or jobs share an engine, add a plug-in with a policy, or give each a rootless engine.',
  refs: {
    attack: ['T1610'],
    cisDocker: ['2.12'],
    nist800190: ['3.5.4'],
    cwe: ['CWE-862'],
    docs: ['Docker Engine, access authorization plugin'],
  },
  examples: [
    { daemon: '{}', verdict: 'open' },
    { daemon: '{"authorization-plugins":[]}', verdict: 'open' },
    { daemon: '{"authorization-plugins":["opa-docker-authz"]}', verdict: 'blocked', depth: 1 },
  ],
});
