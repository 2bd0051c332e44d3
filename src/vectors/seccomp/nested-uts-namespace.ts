import { createsNamespace } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { namespaceMade } from '../probe-questions.ts';

export default defineVector({
  id: 'nested-uts-namespace',
  title: 'Container can set host and domain names in UTS namespaces of its own',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'privilege-in-container',
  severity: 'low',
  stride: 'S',
  appliesTo: ['workload'],
  routes: [[createsNamespace('NEWUTS')]],
  probe: namespaceMade('NEWUTS'),
  why: 'sethostname() asks for CAP_SYS_ADMIN in the user namespace that owns the UTS namespace (kernel/sys.c), which its creator holds. A program started there reports another machine’s name to logs and to protocols that trust it.',
  fix: 'Refuse unshare and the namespace flags of clone in the profile.',
  refs: {
    attack: ['T1036'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    docs: ['uts_namespaces(7)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { podman: 'run debian', verdict: 'open' },
    { docker: 'run --security-opt seccomp=unconfined debian', verdict: 'open' },
  ],
});
