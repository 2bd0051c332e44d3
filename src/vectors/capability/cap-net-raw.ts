import { call, resultOf, struct, u32 } from '../../kernel/index.ts';
import { all, any, holds, int32, opensSocket, ownsNetwork, reaches, sharedKernel, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf } from '../probe.ts';
import { hasRoute } from '../probe-places.ts';
import { capableInside, needs, passesSocketcall, socketCalls, tries } from '../probe-questions.ts';

export default defineVector({
  id: 'cap-net-raw',
  title: 'Container can forge and record packets on its network',
  mechanism: 'capability',
  phase: 'create',
  goal: 'other-container',
  severity: 'medium',
  stride: 'STI',
  appliesTo: ['workload'],
  routes: [
    [
      holds('NET_RAW'),
      ownsNetwork,
      any(
        'a raw or packet socket',
        opensSocket(17),
        all('a raw socket of IPv4', sharedKernel, syscall('socket', { 0: int32(2), 1: { mask: '0xf', value: '0x3' } })),
        all(
          'a raw socket of IPv6',
          sharedKernel,
          syscall('socket', { 0: int32(10), 1: { mask: '0xf', value: '0x3' } }),
        ),
      ),
      reaches('neighbours'),
    ],
  ],
  probe: allOf(
    anyOf(
      tries(
        'opens a packet or raw socket',
        [...socketCalls(17, 3, 0), ...socketCalls(2, 3, 255), ...socketCalls(10, 3, 255)],
        ['ok'],
        {
          effects: ['makes-objects'],
          decides: [0, 1, 2, 3, 4, 5, 6, 7, 8],
          blocked: { EAFNOSUPPORT: 'find' },
          ...needs('NET_RAW'),
        },
      ),
      allOf(
        capableInside('NET_RAW'),
        // sk_setsockopt(), net/core/sock.c (5.17): SO_MARK takes it, or CAP_NET_ADMIN, over the network.
        tries(
          'marks packets of its network',
          [call('socket', 1, 2, 0), call('setsockopt', resultOf(0), 1, 36, struct([u32(0)]), 4)],
          ['ok'],
          { effects: ['makes-objects'], ...needs('NET_RAW', 'NET_ADMIN') },
        ),
        passesSocketcall,
      ),
    ),
    hasRoute('link'),
  ),
  why: 'packet_create() (net/packet/af_packet.c) and inet_create() (net/ipv4/af_inet.c) ask ns_capable(net->user_ns, CAP_NET_RAW). On a bridge this is enough to answer ARP and DNS in the name of a neighbour or of the gateway. A network namespace made by the container itself is not attached to that bridge.',
  fix: 'Drop NET_RAW; ping works through net.ipv4.ping_group_range.',
  refs: {
    cisDocker: ['5.4'],
    nist800190: ['3.4.3'],
    pss: ['restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1557.002', 'T1040'],
    cisKubernetes: ['5.2.8'],
    microsoftMatrix: ['MS-TA9036'],
    cwe: ['CWE-250'],
    cve: ['CVE-2020-14386', 'CVE-2020-10749'],
    docs: ['packet(7)', 'raw(7)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'open' },
    { docker: 'run --cap-drop NET_RAW debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --network none debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --runtime runsc debian', verdict: 'blocked', depth: 1 },
    { podman: 'run debian', verdict: 'blocked' },
  ],
});
