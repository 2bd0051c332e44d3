import { calls, kernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, sharesKernel } from '../probe.ts';
import { triesHarmless } from '../probe-questions.ts';

export default defineVector({
  id: 'clone3-unfiltered',
  title: 'clone3 passes the filter although its flags cannot be inspected',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'medium',
  stride: 'E',
  appliesTo: ['workload'],
  routes: [[calls('clone3'), kernel({ since: '5.3', usually: 'passes' })]],
  probe: allOf(sharesKernel, triesHarmless('clone3', ['EINVAL', 'EFAULT'])),
  why: 'clone3 takes its flags from struct clone_args in memory (copy_clone_args_from_user(), kernel/fork.c), where no filter can look. Whoever lets it through lets every namespace be made, whatever the rules for clone and unshare say. Profiles answer it with ENOSYS, so that the C library falls back to clone.',
  fix: 'Answer clone3 with ENOSYS (errnoRet 38) for workloads that need no namespaces.',
  refs: {
    attack: ['T1068'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    docs: ['clone(2)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --security-opt seccomp=unconfined debian', verdict: 'open' },
    { docker: 'run --cap-add SYS_ADMIN debian', verdict: 'open' },
    {
      docker: 'run --security-opt seccomp=unconfined debian',
      host: 'kernel: 4.18.0-553.el8.x86_64',
      verdict: 'blocked',
      depth: 1,
    },
    { podman: 'run debian', verdict: 'open' },
  ],
});
