import { call } from '../../kernel/index.ts';
import { calls, kernel, kernelConfig } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, sharesKernel } from '../probe.ts';
import { passesFilter, tries } from '../probe-questions.ts';

export default defineVector({
  id: 'fanotify-allowed',
  title: 'Container can watch shared files with fanotify without a capability',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'information',
  severity: 'low',
  stride: 'ID',
  appliesTo: ['workload'],
  routes: [
    [
      calls('fanotify_init'),
      calls('fanotify_mark'),
      kernel({ since: '5.13', usually: 'passes' }),
      kernelConfig('FANOTIFY', { usually: 'passes' }),
    ],
  ],
  probe: allOf(
    sharesKernel,
    tries('watches files without a capability', call('fanotify_init', 0x200, 0), ['ok'], {
      effects: ['makes-objects'],
      as: 'unprivileged',
      blocked: { EMFILE: 'kernel' },
    }),
    passesFilter('fanotify_mark'),
  ),
  why: 'Since 5.13 fanotify_init() (fs/notify/fanotify/fanotify_user.c) gives a limited group to everybody who asks for file handles instead of descriptors (FANOTIFY_USER_INIT_FLAGS). It reports accesses of neighbours and of the host to files on shared volumes, and pins kernel memory by user. Docker ties the call to CAP_SYS_ADMIN; podman allows it.',
  fix: 'Refuse fanotify_init in the profile.',
  refs: {
    attack: ['T1083'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    docs: ['fanotify_init(2)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --user 1000 --security-opt seccomp=unconfined debian', verdict: 'open' },
    {
      docker: 'run --user 1000 --security-opt seccomp=unconfined debian',
      host: 'kernel: 5.10.0',
      verdict: 'blocked',
      depth: 1,
    },
    { podman: 'run debian', verdict: 'open' },
    { docker: 'run --runtime runsc --security-opt seccomp=unconfined debian', verdict: 'blocked', depth: 1 },
  ],
});
