import { call, resultOf, struct, u32 } from '../../kernel/index.ts';
import { capableInNetwork } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, sharesKernel } from '../probe.ts';
import { capableOverNetwork, needs, tries } from '../probe-questions.ts';

export default defineVector({
  id: 'cap-net-admin',
  title: 'Container can reconfigure its own network and drive kernel network code',
  mechanism: 'capability',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'medium',
  stride: 'STE',
  appliesTo: ['workload'],
  routes: [[capableInNetwork('NET_ADMIN')]],
  probe: allOf(
    sharesKernel,
    anyOf(
      tries(
        'asks for a clock that takes CAP_NET_ADMIN over the network',
        [call('socket', 1, 2, 0), call('setsockopt', resultOf(0), 1, 61, struct([u32(11), u32(0)]), 8)],
        ['ok'],
        { effects: ['makes-objects'], ...needs('NET_ADMIN') },
      ),
      // A filter may refuse this question, and let others through.
      capableOverNetwork('NET_ADMIN'),
    ),
  ),
  why: 'ns_capable(net->user_ns, CAP_NET_ADMIN) opens nf_tables, traffic control and rtnetlink: large kernel code that took privileges of containers more than once, and addresses and routes that the engine chose can be changed to pose as a neighbour.',
  fix: 'Let the engine or the CNI plug-in configure the network; drop the capability.',
  refs: {
    cisDocker: ['5.4'],
    cisKubernetes: ['5.2.9'],
    nist800190: ['3.4.3'],
    pss: ['baseline:capabilities_baseline', 'restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1557', 'T1068'],
    cwe: ['CWE-250'],
    cve: ['CVE-2024-1086', 'CVE-2021-22555'],
    docs: ['capabilities(7)'],
  },
  examples: [
    { docker: 'run --cap-add NET_ADMIN debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --cap-add NET_ADMIN --runtime runsc debian', verdict: 'blocked' },
    { docker: 'run --cap-add NET_ADMIN debian', withDaemon: '{"userns-remap":"default"}', verdict: 'open' },
    {
      oci: '{"ociVersion":"1.2.0","process":{"args":["sh"],"cwd":"/","capabilities":{"bounding":["CAP_NET_ADMIN"]}},"root":{"path":"rootfs"},"linux":{"namespaces":[{"type":"user"},{"type":"mount"},{"type":"pid"}],"uidMappings":[{"containerID":0,"hostID":100000,"size":65536}],"gidMappings":[{"containerID":0,"hostID":100000,"size":65536}]}}',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
