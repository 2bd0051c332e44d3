import { AF } from '../../kernel/index.ts';
import { host, opensSocket } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, hostHas } from '../probe.ts';
import { passesSocket } from '../probe-questions.ts';

export default defineVector({
  id: 'af-vsock-socket-allowed',
  title: 'Container can open hypervisor sockets (AF_VSOCK)',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'host-service',
  severity: 'medium',
  stride: 'SI',
  appliesTo: ['workload'],
  routes: [
    [
      opensSocket(AF.VSOCK),
      host('host.module.vsock', { isNot: 'absent' }, { usually: 'passes', title: 'the vsock module can be loaded' }),
    ],
  ],
  probe: allOf(passesSocket(AF.VSOCK), hostHas(host('host.module.vsock', { isNot: 'absent' }, { usually: 'passes' }))),
  why: 'Addresses of AF_VSOCK are numbers of machines, not of network namespaces: vsock_create() (net/vmw_vsock/af_vsock.c) asks for no capability, and on kernels without namespaces for it a container in a virtual machine speaks to the agents of that machine and to its hypervisor. Docker refuses the family since 23.0 by `arg0 != 40`, now `arg0 > 40`, compared over 64 bits, while the kernel takes an int: 0x100000028 passes (tried with libseccomp 2.5.4 on 6.18). The 32-bit socketcall passes too.',
  fix: 'Use a profile that refuses family 40 by a masked comparison of the low 32 bits and refuses the 32-bit socketcall; keep the vsock module away; do not let guest agents trust local vsock peers.',
  refs: {
    attack: ['T1046'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    docs: ['vsock(7)'],
  },
  examples: [
    { docker: 'run debian', engine: 'docker@28', verdict: 'open' },
    { docker: 'run --cap-drop ALL --user 1000 debian', engine: 'docker@28', host: 'arch: aarch64', verdict: 'open' },
    { docker: 'run debian', engine: 'docker@20.10.20', verdict: 'open' },
    { docker: 'run debian', host: 'modules: { vsock: absent }', verdict: 'blocked', depth: 1 },
    { docker: 'run --security-opt seccomp=unconfined debian', verdict: 'open' },
    { docker: 'run --runtime runsc debian', verdict: 'blocked' },
  ],
});
