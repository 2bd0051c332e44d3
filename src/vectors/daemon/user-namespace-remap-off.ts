import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'user-namespace-remap-off',
  title: 'Root in every container is root of the host',
  mechanism: 'daemon',
  phase: 'host',
  goal: 'host-root',
  severity: 'medium',
  stride: 'E',
  appliesTo: ['engine'],
  routes: [
    [
      fact('daemon.userns-remap', { is: '' }, 'namespace-user', {
        absent: 'passes',
        set: 'default',
        title: 'the engine maps no ids',
      }),
      fact('engine.rootless', { isNot: true }, 'namespace-user', {
        absent: 'passes',
        title: 'the engine runs as root',
      }),
      fact('daemon.rootless', { isNot: true }, 'namespace-user', {
        absent: 'passes',
        title: 'the engine is not set to run without root',
      }),
    ],
  ],
  why: 'Without a user namespace make_kuid() (kernel/user_namespace.c) gives uid 0 of a container the uid 0 of the host, and capabilities count against the host: any other isolation that fails then fails wholly.',
  fix: 'Set `"userns-remap": "default"`, or run the engine rootless.',
  refs: {
    attack: ['T1611'],
    cisDocker: ['2.9', '2.1'],
    nist800190: ['3.4.3'],
    cwe: ['CWE-250'],
    docs: ['user_namespaces(7)', 'Docker Engine, isolate containers with a user namespace'],
  },
  examples: [
    { daemon: '{}', verdict: 'open' },
    { daemon: '{"userns-remap":"default"}', verdict: 'blocked', depth: 1 },
    { daemon: '{"rootless":true}', verdict: 'blocked', depth: 1 },
    { daemon: '{}', host: 'engine: { rootless: true }', verdict: 'blocked' },
  ],
});
