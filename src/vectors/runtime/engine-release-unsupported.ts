import { fact, host, olderThan } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'engine-release-unsupported',
  title: 'Engine is of a release that gets no security updates',
  mechanism: 'runtime',
  phase: 'host',
  goal: 'host-root',
  severity: 'medium',
  stride: 'E',
  appliesTo: ['engine', 'host'],
  when: fact('engine.version', { matches: '.' }, 'runtime', { absent: 'closed' }),
  routes: [
    [
      fact('engine.name', { is: 'docker' }, 'runtime', { absent: 'passes', title: 'the engine is Docker' }),
      olderThan('engine.version', '28.0.0', 'runtime'),
      host(
        'host.fact.engine-vendor-supported',
        { isNot: true },
        { usually: 'passes', title: 'no vendor maintains this release' },
      ),
    ],
  ],
  why: 'Only the current major release of Docker Engine, and for a time the one before, gets fixes upstream; escapes by flaws of the engine stay open in older ones. Distributions and Mirantis keep some older releases alive.',
  fix: 'Update to the current major release.',
  refs: {
    attack: ['T1068', 'T1611'],
    cisDocker: ['1.2.2'],
    nist800190: ['3.4.1'],
    owaspDocker: ['D02'],
    cwe: ['CWE-1104'],
  },
  examples: [
    { hostProfile: 'engine: { name: docker, version: "24.0.7" }', verdict: 'open' },
    { hostProfile: 'engine: { name: docker, version: "29.1.0" }', verdict: 'blocked', depth: 1 },
    {
      hostProfile: '{ engine: { name: docker, version: "24.0.7" }, facts: { engine-vendor-supported: true } }',
      verdict: 'blocked',
      depth: 1,
    },
    { hostProfile: 'kernel: 6.1.0', verdict: 'not-applicable' },
  ],
});
