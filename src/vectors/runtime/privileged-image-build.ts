import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'privileged-image-build',
  title: 'Image build runs commands with the rights of the host',
  mechanism: 'runtime',
  phase: 'build',
  goal: 'host-root',
  severity: 'high',
  stride: 'TE',
  appliesTo: ['image', 'workload'],
  routes: [
    [
      fact('build.privileged', { is: true }, 'runtime', {
        absent: 'closed',
        set: false,
        title: 'the build is privileged',
      }),
    ],
    [
      fact('build.entitlements', { matches: '^(?:security\\.insecure|device)' }, 'runtime', {
        absent: 'closed',
        title: 'a build step asks for full rights or devices',
      }),
    ],
    [
      fact('build.socket-mounted', { is: true }, 'runtime', {
        absent: 'closed',
        set: false,
        title: 'the socket of an engine is given to the build',
      }),
    ],
  ],
  why: 'Every package script and dependency of the build then executes as root without filters: the entitlement `security.insecure` gives all capabilities and devices (BuildKit solver/llbsolver, executor/oci). Builds run what strangers wrote more than containers do.',
  fix: 'Do the step outside the build or without the entitlement; build with rootless BuildKit, one per tenant.',
  refs: {
    attack: ['T1612', 'T1611'],
    nist800190: ['3.4.1', '3.4.3'],
    cwe: ['CWE-250'],
    cve: ['CVE-2024-23653'],
    docs: ['Dockerfile reference, RUN --security'],
  },
  examples: [
    { dockerfile: 'FROM debian\nRUN --security=insecure mount -t tmpfs none /mnt\n', verdict: 'open' },
    { compose: 'services:\n  a:\n    build: {context: ., privileged: true}\n', verdict: 'open' },
    { dockerfile: 'FROM debian\nRUN --security=sandbox make\n', verdict: 'blocked', depth: 1 },
    { dockerfile: 'FROM debian\nRUN --network=host make\n', verdict: 'blocked' },
  ],
});
