import { AF } from '../../kernel/index.ts';
import { host, kernelConfig, opensSocket } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, hostHas } from '../probe.ts';
import { passesSocket } from '../probe-questions.ts';

export default defineVector({
  id: 'tipc-socket-allowed',
  title: 'Container can reach the TIPC protocol of the host kernel',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'medium',
  stride: 'E',
  appliesTo: ['workload'],
  routes: [
    [
      opensSocket(AF.TIPC),
      kernelConfig('TIPC', { usually: 'passes' }),
      host('host.module.tipc', { isNot: 'absent' }, { usually: 'passes', title: 'the tipc module can be loaded' }),
    ],
  ],
  probe: allOf(
    passesSocket(AF.TIPC),
    hostHas(kernelConfig('TIPC', { usually: 'passes' })),
    hostHas(host('host.module.tipc', { isNot: 'absent' }, { usually: 'passes' })),
  ),
  why: 'tipc_sk_create() (net/tipc/socket.c) asks for no capability, and the module comes on first use. Its message parsing was open to overflows from the local side as well as from the network.',
  fix: 'Refuse family 30 in the profile; `install tipc /bin/false` on hosts that do not use it.',
  refs: {
    attack: ['T1068'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    cve: ['CVE-2021-43267'],
    docs: ['tipc(7)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'open' },
    { docker: 'run debian', host: 'modules: { tipc: absent }', verdict: 'blocked', depth: 1 },
    { docker: 'run --runtime runsc debian', verdict: 'blocked', depth: 1 },
  ],
});
