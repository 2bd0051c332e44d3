import { bigEndian, call, raw, resultOf, struct, u16, u64 } from '../../kernel/index.ts';
import { all, any, capable, fact, hostSysctl, sharedKernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, hostHas, shares, sharesKernel } from '../probe.ts';
import { capableOnHost, needs, tries } from '../probe-questions.ts';

export default defineVector({
  id: 'cap-net-bind-service',
  title: 'Container can take privileged ports of the host',
  mechanism: 'capability',
  phase: 'create',
  goal: 'host-service',
  severity: 'low',
  stride: 'S',
  appliesTo: ['workload'],
  routes: [
    [
      fact('namespace.net', { is: 'host' }, 'namespace-net', {
        set: 'private',
        title: "uses the host's network namespace",
      }),
      any(
        'binds a port below 1024',
        capable('NET_BIND_SERVICE'),
        all(
          'the sysctl lets everybody',
          sharedKernel,
          hostSysctl('net.ipv4.ip_unprivileged_port_start', { below: 1024 }),
        ),
      ),
    ],
  ],
  probe: allOf(
    shares('net'),
    sharesKernel,
    anyOf(
      tries(
        'binds a second time, to a low port',
        [
          call('socket', 2, 2, 0),
          call('bind', resultOf(0), struct([u16(2), u16(0), raw(Uint8Array.of(127, 0, 0, 1)), u64(0)]), 16),
          call(
            'bind',
            resultOf(0),
            struct([u16(2), raw(bigEndian(1, 2)), raw(Uint8Array.of(127, 0, 0, 1)), u64(0)]),
            16,
          ),
        ],
        ['EINVAL'],
        { effects: ['makes-objects'], ...needs('NET_BIND_SERVICE') },
      ),
      // A filter may refuse this question, and let others through.
      capableOnHost('NET_BIND_SERVICE'),
      hostHas(hostSysctl('net.ipv4.ip_unprivileged_port_start', { below: 1024 })),
    ),
  ),
  why: "__inet_bind() (net/ipv4/af_inet.c) asks ns_capable(net->user_ns, CAP_NET_BIND_SERVICE) for ports below net.ipv4.ip_unprivileged_port_start (inet_port_requires_bind_service(), 4.11). In the host's network namespace a container can pose as a host service that is down or restarts.",
  fix: "Drop it and publish a high port; do not share the host's network.",
  refs: {
    cisDocker: ['5.4', '5.8', '5.10'],
    nist800190: ['3.4.3'],
    pss: ['restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1036'],
    cwe: ['CWE-250'],
    docs: ['ip(7)'],
  },
  examples: [
    { docker: 'run --network host debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    {
      docker: 'run --network host --cap-drop ALL debian',
      host: 'sysctls: { net.ipv4.ip_unprivileged_port_start: 1024 }',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
