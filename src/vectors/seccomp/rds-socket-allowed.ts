import { AF } from '../../kernel/index.ts';
import { host, kernelConfig, opensSocket } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, hostHas } from '../probe.ts';
import { passesSocket } from '../probe-questions.ts';

export default defineVector({
  id: 'rds-socket-allowed',
  title: 'Container can reach the RDS protocol of the host kernel',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'medium',
  stride: 'E',
  appliesTo: ['workload'],
  routes: [
    [
      opensSocket(AF.RDS),
      kernelConfig('RDS'),
      host('host.module.rds', { in: ['loaded', 'available'] }, { title: 'the rds module can be loaded' }),
    ],
  ],
  probe: allOf(
    passesSocket(AF.RDS),
    hostHas(kernelConfig('RDS')),
    hostHas(host('host.module.rds', { in: ['loaded', 'available'] })),
  ),
  why: 'rds_create() (net/rds/af_rds.c) asks for no capability. Several distributions block the automatic load of the module, others do not ship it, so the host decides.',
  fix: 'Refuse family 21 in the profile; `install rds /bin/false` on hosts that do not use it.',
  refs: {
    attack: ['T1068'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    cve: ['CVE-2010-3904', 'CVE-2018-5333'],
    docs: ['Documentation/networking/rds.rst'],
  },
  examples: [
    { docker: 'run debian', host: '{ kernel-config: { RDS: "m" }, modules: { rds: available } }', verdict: 'open' },
    {
      docker: 'run debian',
      host: '{ kernel-config: { RDS: "m" }, modules: { rds: absent } }',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run debian', verdict: 'unknown' },
    { docker: 'run --runtime runsc debian', verdict: 'blocked', depth: 1 },
  ],
});
