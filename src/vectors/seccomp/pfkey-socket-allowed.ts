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
  id: 'pfkey-socket-allowed',
  title: 'Container can open IPsec key sockets (AF_KEY)',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'low',
  stride: 'E',
  appliesTo: ['workload'],
  routes: [
    [capableInSomeNetwork('NET_ADMIN'), opensSocket(AF.KEY), kernelConfig('NET_KEY', { usually: 'passes' })],
    [
      createsUserNamespace,
      createsNamespace('NEWNET'),
      opensSocket(AF.KEY),
      kernelConfig('NET_KEY', { usually: 'passes' }),
    ],
  ],
  probe: allOf(
    capableOverSomeNetwork('NET_ADMIN'),
    passesSocket(AF.KEY),
    hostHas(kernelConfig('NET_KEY', { usually: 'passes' })),
  ),
  why: 'pfkey_create() (net/key/af_key.c) asks CAP_NET_ADMIN in the user namespace that owns the network namespace. The interface is superseded by netlink XFRM, little tested, and had memory-safety flaws.',
  fix: 'Drop CAP_NET_ADMIN; refuse user namespaces and family 15 in the profile.',
  refs: {
    attack: ['T1068'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    docs: ['RFC 2367'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --cap-add NET_ADMIN debian', verdict: 'open' },
    { docker: 'run --security-opt seccomp=unconfined --user 1000 debian', verdict: 'open' },
    { podman: 'run debian', verdict: 'open' },
    { docker: 'run --cap-add NET_ADMIN debian', withDaemon: '{"userns-remap":"default"}', verdict: 'open' },
  ],
});
