import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { shares } from '../probe.ts';

export default defineVector({
  id: 'shared-network-namespace',
  title: 'Container shares a network namespace with a neighbour',
  mechanism: 'namespace-net',
  phase: 'create',
  goal: 'other-container',
  severity: 'low',
  stride: 'SI',
  appliesTo: ['workload'],
  routes: [
    [
      fact('namespace.net', { is: 'shared' }, 'namespace-net', {
        set: 'private',
        title: 'shares a network namespace with other containers',
      }),
    ],
  ],
  probe: shares('net', 'neighbours'),
  why: "Loopback, ports and addresses are those of the neighbour: services that trust loopback answer, and with CAP_NET_RAW the neighbour's traffic is readable. Containers of a pod always share it.",
  fix: 'Separate pods for separate trust; authenticate on loopback, too.',
  refs: { attack: ['T1046'], nist800190: ['3.4.2'], cwe: ['CWE-653'], docs: ['network_namespaces(7)'] },
  examples: [
    {
      compose: '{services: {c: {image: debian, network_mode: "service:web"}, web: {image: debian}}}',
      of: 'c',
      verdict: 'open',
    },
    // The other container may itself be in the host's.
    { docker: 'run --network container:web debian', verdict: 'unknown' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    {
      compose: `services:
  a: { image: debian, network_mode: 'service:b' }
  b: { image: debian }
`,
      of: 'a',
      verdict: 'open',
    },
  ],
});
