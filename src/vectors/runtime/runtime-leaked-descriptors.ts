import { fact, notOlderThan, olderThan, sharedKernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'runtime-leaked-descriptors',
  title: 'Container can start in a folder of the host by a descriptor that the runtime left open',
  mechanism: 'runtime',
  phase: 'start',
  goal: 'host-root',
  severity: 'high',
  stride: 'TIE',
  appliesTo: ['workload'],
  when: fact('host.fact.runc-version', { matches: '.' }, 'runtime', { absent: 'closed' }),
  routes: [
    [
      notOlderThan('host.fact.runc-version', '1.0.0-rc93', 'runtime'),
      olderThan('host.fact.runc-version', '1.1.12', 'runtime'),
      sharedKernel,
    ],
  ],
  why: 'runc 1.0.0-rc93 to 1.1.11 left a descriptor of /sys/fs/cgroup of the host open: an image or exec with the working directory /proc/self/fd/N starts outside its root, and from there `..` leads to all files of the host (CVE-2024-21626). The image is enough; root inside then writes what root may.',
  fix: 'Update runc to 1.1.12 or later and containerd or Docker with it.',
  refs: {
    attack: ['T1611'],
    cisDocker: ['1.2.2'],
    nist800190: ['3.4.1'],
    cwe: ['CWE-403'],
    cve: ['CVE-2024-21626'],
    docs: ['GHSA-xr7r-f8xq-vfvv'],
  },
  examples: [
    { docker: 'run debian', host: 'facts: { runc-version: "1.1.11" }', verdict: 'open' },
    { docker: 'run debian', host: 'facts: { runc-version: "1.1.12" }', verdict: 'blocked', depth: 1 },
    { docker: 'run --runtime runsc debian', host: 'facts: { runc-version: "1.1.11" }', verdict: 'blocked' },
    { docker: 'run debian', verdict: 'not-applicable' },
  ],
});
