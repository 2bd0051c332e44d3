import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'docker-in-docker',
  title: 'Container runs an engine of its own',
  mechanism: 'runtime',
  phase: 'create',
  goal: 'host-root',
  severity: 'medium',
  stride: 'E',
  appliesTo: ['workload'],
  routes: [
    [
      fact('image.reference', { matches: '(?:^|/)docker(?::[\\w.-]*dind[\\w.-]*)(?:@|$)' }, 'runtime', {
        absent: 'closed',
        title: 'the image is that of an engine',
      }),
    ],
  ],
  why: 'An engine inside needs --privileged or nearly so, and what it starts is confined only by what it grants itself: a build or job that reaches its socket is root of that container, one step from the host.',
  fix: 'Build with rootless BuildKit or Buildah, or give each job a virtual machine.',
  refs: {
    attack: ['T1610', 'T1611'],
    cisDocker: ['5.5'],
    nist800190: ['3.4.3'],
    owaspDocker: ['D04'],
    cwe: ['CWE-250'],
  },
  examples: [
    { docker: 'run --privileged docker:27-dind', verdict: 'open' },
    { docker: 'run docker:27-cli', verdict: 'blocked', depth: 1 },
    { docker: 'run example.org/not-docker:dind', verdict: 'blocked' },
  ],
});
