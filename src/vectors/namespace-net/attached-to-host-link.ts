import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { attachedTo } from '../probe-places.ts';

export default defineVector({
  id: 'attached-to-host-link',
  title: 'Container is a station of its own on the network of the host',
  mechanism: 'namespace-net',
  phase: 'run',
  goal: 'other-container',
  severity: 'medium',
  stride: 'STI',
  appliesTo: ['workload'],
  routes: [
    [
      fact('network.mode', { in: ['macvlan', 'ipvlan'] }, 'namespace-net', {
        title: 'its interface is on a link of the host',
      }),
    ],
  ],
  probe: attachedTo('macvlan', 'ipvlan'),
  why: 'macvlan_start_xmit() and ipvlan_start_xmit() (drivers/net) put frames on the lower device below the packet filter of the host: neither rules of the engine nor of the host hold, all ports are open to the link, and with CAP_NET_RAW, which Docker gives, the container can answer ARP for others.',
  fix: 'Use a bridge and publish what is needed; where it must be macvlan, drop NET_RAW and filter at the switch.',
  refs: {
    attack: ['T1557', 'T1046'],
    nist800190: ['3.4.2', '3.3.3'],
    owaspDocker: ['D03'],
    microsoftMatrix: ['MS-TA9036'],
    cwe: ['CWE-668'],
    docs: ['Docker Engine, macvlan network driver'],
  },
  examples: [
    {
      compose:
        'services:\n  a: {image: debian, networks: [lan]}\nnetworks:\n  lan: {driver: macvlan, driver_opts: {parent: eth0}}\n',
      verdict: 'open',
    },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    {
      compose: 'services:\n  a: {image: debian, networks: [n]}\nnetworks:\n  n: {driver: bridge}\n',
      verdict: 'blocked',
    },
  ],
});
