import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'engine-files-not-audited',
  title: 'Nobody records who changes the engine or its settings',
  mechanism: 'daemon',
  phase: 'host',
  goal: 'host-service',
  severity: 'low',
  stride: 'R',
  appliesTo: ['host'],
  routes: [[fact('host.fact.engine-audited', { is: false }, 'daemon', { title: 'no audit rules watch the engine' })]],
  why: 'A changed daemon.json, unit or runtime binary makes every later container open. Only rules of the audit subsystem (auditctl(8), watches on /usr/bin/dockerd, /etc/docker, /var/lib/docker, the socket) tell afterwards who did it.',
  fix: 'Add the watches of section 1.1 of the benchmark and ship the log off the host.',
  refs: {
    cisDocker: ['1.1.3', '1.1.4', '1.1.5', '1.1.7', '1.1.11', '1.1.18'],
    nist800190: ['3.5.5'],
    owaspDocker: ['D10'],
    cwe: ['CWE-778'],
    docs: ['auditctl(8)'],
  },
  examples: [
    { hostProfile: 'facts: { engine-audited: false }', verdict: 'open' },
    { hostProfile: 'facts: { engine-audited: true }', verdict: 'blocked', depth: 1 },
  ],
});
