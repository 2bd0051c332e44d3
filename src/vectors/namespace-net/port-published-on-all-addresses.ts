import { someFact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'port-published-on-all-addresses',
  title: 'Container has a port that is open to every network of the host',
  mechanism: 'namespace-net',
  phase: 'run',
  goal: 'other-container',
  severity: 'medium',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [
    [
      someFact({
        family: 'network.published.',
        name: '^(?:(?:0\\.0\\.0\\.0|\\[?::\\]?|\\*):|\\?)',
        value: { is: true },
        mechanism: 'namespace-net',
        title: 'a port is published on all addresses',
      }),
    ],
  ],
  why: 'The destination is rewritten in the nat table before the INPUT chain is asked, so that rules of ufw or firewalld for the host do not hold (Docker Engine, packet filtering): the port is open wherever the host is, often to the internet.',
  fix: 'Name the address: `-p 127.0.0.1:8080:80`, or the one of the intended network.',
  refs: {
    attack: ['T1133', 'T1190'],
    cisDocker: ['5.9', '5.14'],
    cisKubernetes: ['5.2.12'],
    nist800190: ['3.4.2'],
    pss: ['baseline:hostPorts'],
    owaspDocker: ['D03'],
    cwe: ['CWE-1327'],
  },
  examples: [
    { docker: 'run -p 8080:80 nginx', verdict: 'open' },
    { docker: 'run -p "[::]:8080:80" nginx', verdict: 'open' },
    { docker: 'run -p 127.0.0.1:8080:80 nginx', verdict: 'blocked', depth: 1 },
    { docker: 'run nginx', verdict: 'blocked' },
    { docker: 'run -P nginx', verdict: 'unknown' },
    {
      kubernetes:
        'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - {name: c, image: nginx, ports: [{containerPort: 80, hostPort: 80}]}\n',
      verdict: 'open',
    },
  ],
});
