import { someFact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'data-service-published',
  title: 'Container publishes a database or control port to every network of the host',
  mechanism: 'namespace-net',
  phase: 'run',
  goal: 'other-container',
  severity: 'high',
  stride: 'TID',
  appliesTo: ['workload'],
  routes: [
    [
      someFact({
        family: 'network.published.',
        name: '^(?:0\\.0\\.0\\.0|\\[?::\\]?|\\*):(?:22|23|1433|1521|2049|2181|2375|2376|2379|2380|3306|3389|5432|5672|5900|5984|6379|6443|7474|8086|8500|9000|9042|9092|9200|9300|10250|11211|15672|27017|27018|50070)/tcp$',
        value: { is: true },
        mechanism: 'namespace-net',
        title: 'the port of a database, queue, login or control service is published on all addresses',
      }),
    ],
  ],
  why: 'Services on these ports are made for a trusted network: several start without a password, and scanners of the whole internet find them within hours. The filter rules of the host do not stop what is published.',
  fix: 'Do not publish it (containers of the same network reach it anyway), or bind it to 127.0.0.1.',
  refs: {
    attack: ['T1133', 'T1190'],
    cisDocker: ['5.9', '5.14'],
    nist800190: ['3.4.2'],
    owaspDocker: ['D03'],
    cwe: ['CWE-1327', 'CWE-668'],
  },
  examples: [
    { docker: 'run -p 5432:5432 postgres', verdict: 'open' },
    { compose: 'services:\n  r:\n    image: redis\n    ports: ["6379:6379"]\n', verdict: 'open' },
    { docker: 'run -p 127.0.0.1:5432:5432 postgres', verdict: 'blocked', depth: 1 },
    { docker: 'run -p 8080:80 nginx', verdict: 'blocked' },
  ],
});
