import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'engine-data-on-system-disk',
  title: 'Images, volumes and logs fill the disk that the host itself needs',
  mechanism: 'daemon',
  phase: 'host',
  goal: 'denial-of-service',
  severity: 'low',
  stride: 'D',
  appliesTo: ['host'],
  routes: [
    [
      fact('host.fact.data-root-separate', { is: false }, 'daemon', {
        title: 'the data of the engine has no file system of its own',
      }),
    ],
  ],
  why: 'What containers write, pull and print lies below /var/lib/docker without a quota by default. On the file system of the root, a full disk stops logging, package updates and logins of the host.',
  fix: 'Put data-root on a file system of its own, with project quotas where the driver knows them.',
  refs: { attack: ['T1499.001'], cisDocker: ['1.1.1'], nist800190: ['3.4.3'], cwe: ['CWE-400'] },
  examples: [
    { hostProfile: 'facts: { data-root-separate: false }', verdict: 'open' },
    { hostProfile: 'facts: { data-root-separate: true }', verdict: 'blocked', depth: 1 },
    { hostProfile: 'kernel: 6.12.0', verdict: 'unknown' },
  ],
});
