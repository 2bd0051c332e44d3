import { fact, initialUserNamespace, lsmAllows, sharedKernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, shares, sharesKernel, unconfined } from '../probe.ts';
import { inInitialUserNamespace } from '../probe-questions.ts';

export default defineVector({
  id: 'host-pid-namespace',
  title: 'Container can reach files and secrets of host users through their processes',
  mechanism: 'namespace-pid',
  phase: 'create',
  goal: 'host-data',
  severity: 'high',
  stride: 'TI',
  appliesTo: ['workload'],
  routes: [
    [
      fact('namespace.pid', { is: 'host' }, 'namespace-pid', {
        set: 'private',
        title: "uses the host's PID namespace",
      }),
      sharedKernel,
      initialUserNamespace,
      lsmAllows('ptrace-outside'),
    ],
  ],
  probe: allOf(sharesKernel, shares('pid'), inInitialUserNamespace, unconfined),
  why: "__ptrace_may_access() (kernel/ptrace.c) passes for processes of the same user that hold no more capabilities. Every unprivileged process of the host is such a one for a container that has its uid or can take it: /proc/PID/root leads to the host's file system, /proc/PID/environ to secrets. A user namespace closes it, since the ids and the capabilities no longer match.",
  fix: 'Keep a private PID namespace; export metrics through an agent on the host.',
  refs: {
    attack: ['T1611', 'T1057'],
    cisDocker: ['5.16'],
    cisKubernetes: ['5.2.3'],
    nist800190: ['3.4.3'],
    pss: ['baseline:hostNamespaces'],
    owaspKubernetes: ['K01'],
    kubehound: ['CE_NSENTER', 'CE_SYS_PTRACE'],
    cwe: ['CWE-653', 'CWE-668'],
    docs: ['pid_namespaces(7)', 'ptrace(2)'],
  },
  examples: [
    { docker: 'run --pid host debian', host: 'lsm: [capability, yama]', verdict: 'open' },
    {
      docker: 'run --pid host debian',
      host: '{ kernel: 6.8.0, lsm: [capability, yama, apparmor] }',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run --pid host --security-opt apparmor=unconfined debian', verdict: 'open' },
    { docker: 'run debian', host: 'lsm: [capability, yama]', verdict: 'blocked' },
    { podman: 'run --pid host debian', host: 'engine: { rootless: true }', verdict: 'blocked' },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: { name: a }
spec:
  hostPID: true
  containers:
    - name: c
      image: debian
      securityContext: { appArmorProfile: { type: Unconfined } }
`,
      verdict: 'open',
    },
  ],
});
