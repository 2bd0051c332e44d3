import { AF } from '../../kernel/index.ts';
import {
  capableInSomeNetwork,
  createsNamespace,
  createsUserNamespace,
  kernelConfig,
  opensSocket,
} from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, hostHas } from '../probe.ts';
import { capableOverSomeNetwork, passesSocket } from '../probe-questions.ts';

export default defineVector({
  id: 'xdp-socket-allowed',
  title: 'Container can open AF_XDP sockets',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'low',
  stride: 'E',
  appliesTo: ['workload'],
  routes: [
    [capableInSomeNetwork('NET_RAW'), opensSocket(AF.XDP), kernelConfig('XDP_SOCKETS', { usually: 'passes' })],
    [
      createsUserNamespace,
      createsNamespace('NEWNET'),
      opensSocket(AF.XDP),
      kernelConfig('XDP_SOCKETS', { usually: 'passes' }),
    ],
  ],
  probe: allOf(
    capableOverSomeNetwork('NET_RAW'),
    passesSocket(AF.XDP),
    hostHas(kernelConfig('XDP_SOCKETS', { usually: 'passes' })),
  ),
  why: 'xsk_create() (net/xdp/xsk.c, 4.18) asks CAP_NET_RAW in the user namespace that owns the network namespace, which Docker grants by default and a process has in a network namespace of its own. Rings shared with the kernel are complex memory management, and there were flaws in it.',
  fix: 'Drop CAP_NET_RAW; refuse family 44 in the profile.',
  refs: {
    attack: ['T1068'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    docs: ['Documentation/networking/af_xdp.rst'],
  },
  examples: [
    { docker: 'run debian', verdict: 'open' },
    { docker: 'run --cap-drop NET_RAW debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --cap-drop ALL --security-opt seccomp=unconfined debian', verdict: 'open' },
    { docker: 'run --runtime runsc debian', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', host: 'kernel-config: { XDP_SOCKETS: "n" }', verdict: 'blocked', depth: 1 },
  ],
});
