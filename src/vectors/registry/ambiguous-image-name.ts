import { fact, host } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'ambiguous-image-name',
  title: 'Image name is completed by the configuration of the host',
  mechanism: 'registry',
  phase: 'distribute',
  goal: 'supply-chain',
  severity: 'medium',
  stride: 'ST',
  appliesTo: ['workload'],
  routes: [
    [
      fact('image.registry', { is: 'none' }, 'registry', { title: 'the name states no registry' }),
      fact('engine.name', { in: ['podman', 'crio', 'kubernetes'] }, 'daemon', {
        absent: 'closed',
        title: 'the engine looks in several registries',
      }),
      host(
        'host.fact.unqualified-search-registries',
        { matches: '.' },
        { title: 'registries are searched for short names' },
      ),
    ],
  ],
  why: 'Podman and CRI-O try the registries of `unqualified-search-registries` (containers-registries.conf(5)) in turn: whoever registers the name in the first of them is run. Docker always means docker.io, containerd too.',
  fix: 'Write the registry: `docker.io/library/NAME`. Empty the search list on the hosts.',
  refs: {
    attack: ['T1204.003', 'T1036.005'],
    cisDocker: ['4.2'],
    nist800190: ['3.1.5'],
    microsoftMatrix: ['MS-TA9002'],
    cwe: ['CWE-829'],
    docs: ['containers-registries.conf(5)'],
  },
  examples: [
    {
      podman: 'run debian',
      host: 'facts: { unqualified-search-registries: [registry.example.org, docker.io] }',
      verdict: 'open',
    },
    { podman: 'run docker.io/library/debian', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', verdict: 'blocked' },
    { podman: 'run debian', verdict: 'unknown' },
  ],
});
