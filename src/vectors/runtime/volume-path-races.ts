import { fact, mounted, olderThan, sharedKernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'volume-path-races',
  title: 'Container can move a mount of its volume to a path of the host',
  mechanism: 'runtime',
  phase: 'start',
  goal: 'host-root',
  severity: 'high',
  stride: 'TIE',
  appliesTo: ['workload'],
  when: fact('host.fact.runc-version', { matches: '.' }, 'runtime', { absent: 'closed' }),
  routes: [
    [
      olderThan('host.fact.runc-version', '1.0.0-rc95', 'runtime'),
      sharedKernel,
      mounted({ types: ['volume', 'bind'], writable: true, title: 'a volume that others may write' }),
    ],
  ],
  why: 'runc resolved the destination of a mount inside the root and then mounted by path: a second container on the same volume swaps a folder for a link in between, and the mount lands on the host (CVE-2021-30465).',
  fix: 'Update runc to 1.0.0-rc95 or later; do not share writable volumes between what trusts each other little.',
  refs: {
    attack: ['T1611'],
    cisDocker: ['1.2.2'],
    nist800190: ['3.4.1'],
    cwe: ['CWE-59', 'CWE-367'],
    cve: ['CVE-2021-30465'],
  },
  examples: [
    { docker: 'run -v data:/data debian', host: 'facts: { runc-version: "1.0.0-rc94" }', verdict: 'open' },
    { docker: 'run -v data:/data debian', host: 'facts: { runc-version: "1.0.0-rc95" }', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', host: 'facts: { runc-version: "1.0.0-rc94" }', verdict: 'blocked', depth: 1 },
    { docker: 'run -v data:/data debian', verdict: 'not-applicable' },
  ],
});
