import { AF, CLONE } from '../../kernel/index.ts';
import { createsNamespace, createsUserNamespace, opensSocket } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, sharesKernel } from '../probe.ts';
import { namespaceMade, passesSocketcall, socketCalls, tries, userNamespaceMade } from '../probe-questions.ts';

export default defineVector({
  id: 'packet-socket-in-own-namespace',
  title: 'Container without CAP_NET_RAW can still reach packet sockets of the host kernel',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'medium',
  stride: 'E',
  appliesTo: ['workload'],
  routes: [[createsUserNamespace, createsNamespace('NEWNET'), opensSocket(AF.PACKET)]],
  probe: allOf(
    sharesKernel,
    anyOf(
      tries('opens a packet socket in a network of its own', socketCalls(17, 3, 0), ['ok'], {
        effects: ['makes-objects'],
        decides: [0, 1, 2],
        as: [CLONE.NEWUSER, CLONE.NEWNET],
        blocked: { EAFNOSUPPORT: 'find', ENOSPC: 'kernel', EUSERS: 'kernel' },
      }),
      allOf(userNamespaceMade, namespaceMade('NEWNET'), passesSocketcall),
    ),
  ),
  why: 'packet_create() (net/packet/af_packet.c) asks CAP_NET_RAW in the user namespace that owns the network namespace, and the creator of both holds it. No traffic of the container is seen there, but the ring buffers of AF_PACKET were the way into the kernel more than once.',
  fix: 'Refuse user namespaces in the profile.',
  refs: {
    attack: ['T1068'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    cve: ['CVE-2017-7308', 'CVE-2020-14386'],
    docs: ['packet(7)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --cap-drop ALL --security-opt seccomp=unconfined debian', verdict: 'open' },
    { podman: 'run --cap-drop ALL debian', verdict: 'open' },
    {
      podman: 'run --cap-drop ALL debian',
      host: 'sysctls: { user.max_user_namespaces: 0 }',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
