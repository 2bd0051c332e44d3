import { fact, olderThan } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'buildkit-outdated',
  title: 'A build file can break out of the builder of this host',
  mechanism: 'runtime',
  phase: 'build',
  goal: 'host-root',
  severity: 'high',
  stride: 'TIE',
  appliesTo: ['host'],
  when: fact('host.fact.buildkit-version', { matches: '.' }, 'runtime', { absent: 'closed' }),
  routes: [[olderThan('host.fact.buildkit-version', '0.12.5', 'runtime')]],
  why: 'BuildKit before 0.12.5 let two steps race on the sub path of a cache mount, followed links when it removed mount points, and gave privileged containers to frontends without asking for the entitlement (CVE-2024-23651, CVE-2024-23652, CVE-2024-23653).',
  fix: 'Update BuildKit (Docker 25.0.2 or later has it).',
  refs: {
    attack: ['T1612', 'T1611'],
    cisDocker: ['1.2.2'],
    nist800190: ['3.4.1'],
    cwe: ['CWE-59', 'CWE-863'],
    cve: ['CVE-2024-23651', 'CVE-2024-23652', 'CVE-2024-23653'],
  },
  examples: [
    { hostProfile: 'facts: { buildkit-version: "0.12.4" }', verdict: 'open' },
    { hostProfile: 'facts: { buildkit-version: "0.12.5" }', verdict: 'blocked', depth: 1 },
    { hostProfile: 'kernel: 6.1.0', verdict: 'not-applicable' },
  ],
});
