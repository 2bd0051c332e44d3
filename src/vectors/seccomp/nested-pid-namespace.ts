import { createsNamespace } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { namespaceMade } from '../probe-questions.ts';

export default defineVector({
  id: 'nested-pid-namespace',
  title: 'Container can create PID namespaces of its own',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'denial-of-service',
  severity: 'low',
  stride: 'RD',
  appliesTo: ['workload'],
  routes: [[createsNamespace('NEWPID')]],
  probe: namespaceMade('NEWPID'),
  why: 'Processes in a nested PID namespace carry other numbers inside than outside, which confuses tools that act by number, and each level costs kernel memory (create_pid_namespace(), kernel/pid_namespace.c; up to 32 levels).',
  fix: 'Refuse unshare and the namespace flags of clone in the profile; set user.max_pid_namespaces.',
  refs: {
    attack: ['T1499'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    docs: ['pid_namespaces(7)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --cap-add SYS_ADMIN debian', verdict: 'open' },
    { podman: 'run debian', verdict: 'open' },
  ],
});
