import { createsNamespace } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { namespaceMade } from '../probe-questions.ts';

export default defineVector({
  id: 'nested-ipc-namespace',
  title: 'Container can multiply System V and POSIX queue limits by IPC namespaces of its own',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'denial-of-service',
  severity: 'low',
  stride: 'D',
  appliesTo: ['workload'],
  routes: [[createsNamespace('NEWIPC')]],
  probe: namespaceMade('NEWIPC'),
  why: 'kernel.shm*, kernel.msg*, kernel.sem and fs.mqueue limits count per IPC namespace (copy_ipcs(), ipc/namespace.c), so each new namespace starts with a fresh allowance. Tearing one down is work of a kernel thread that no cgroup pays for.',
  fix: 'Refuse unshare and the namespace flags of clone in the profile; set user.max_ipc_namespaces.',
  refs: {
    attack: ['T1499.001'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    docs: ['ipc_namespaces(7)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --security-opt seccomp=unconfined debian', verdict: 'open' },
    { podman: 'run debian', verdict: 'open' },
  ],
});
