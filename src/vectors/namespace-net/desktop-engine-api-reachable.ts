import { fact, olderThan, reaches } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'desktop-engine-api-reachable',
  title: 'Container reaches the engine API of Docker Desktop',
  mechanism: 'namespace-net',
  phase: 'run',
  goal: 'host-root',
  severity: 'critical',
  stride: 'STIDE',
  appliesTo: ['workload'],
  when: fact('host.fact.docker-desktop-version', { matches: '.' }, 'daemon', { absent: 'closed' }),
  routes: [[olderThan('host.fact.docker-desktop-version', '4.44.3', 'daemon'), reaches('outside')]],
  why: 'Before 4.44.3 the virtual machine of Docker Desktop served the API without authentication at an address of its internal network (192.168.65.7:2375), which every container could reach; from there drives of the host were mounted (CVE-2025-9074).',
  fix: 'Update Docker Desktop.',
  refs: { attack: ['T1610', 'T1611'], nist800190: ['3.4.1'], cwe: ['CWE-306'], cve: ['CVE-2025-9074'] },
  examples: [
    { docker: 'run debian', host: 'facts: { docker-desktop-version: "4.44.2" }', verdict: 'open' },
    { docker: 'run debian', host: 'facts: { docker-desktop-version: "4.44.3" }', verdict: 'blocked', depth: 1 },
    {
      docker: 'run --network none debian',
      host: 'facts: { docker-desktop-version: "4.40.0" }',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run debian', verdict: 'not-applicable' },
  ],
});
