import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'build-uses-host-network',
  title: 'Image build is in the network of the host',
  mechanism: 'runtime',
  phase: 'build',
  goal: 'host-service',
  severity: 'medium',
  stride: 'STI',
  appliesTo: ['image', 'workload'],
  routes: [
    [
      fact('build.network', { is: 'host' }, 'namespace-net', {
        absent: 'closed',
        set: 'default',
        title: "a build step uses the host's network",
      }),
    ],
  ],
  why: 'Code of dependencies that the build executes then reaches what listens on 127.0.0.1 of the builder, abstract sockets and the metadata service of the cloud with all its credentials.',
  fix: 'Leave `--network=host` out; give the build a proxy or mirror that it can reach from its own network.',
  refs: {
    attack: ['T1552.005', 'T1612'],
    nist800190: ['3.4.2'],
    cwe: ['CWE-668'],
    docs: ['Dockerfile reference, RUN --network'],
  },
  examples: [
    { dockerfile: 'FROM debian\nRUN --network=host make\n', verdict: 'open' },
    { dockerfile: 'FROM debian\nRUN --network=none make\n', verdict: 'blocked', depth: 1 },
    { dockerfile: 'FROM debian\nRUN make\n', verdict: 'blocked' },
  ],
});
