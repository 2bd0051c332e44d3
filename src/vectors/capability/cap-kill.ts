import { call } from '../../kernel/index.ts';
import { any, becomesRoot, fact, holds, initialUserNamespace, lsmAllows, sharedKernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, shares, sharesKernel, unconfined } from '../probe.ts';
import { inInitialUserNamespace, needs, tries } from '../probe-questions.ts';

export default defineVector({
  id: 'cap-kill',
  title: 'Container can end processes of the host',
  mechanism: 'capability',
  phase: 'create',
  goal: 'denial-of-service',
  severity: 'medium',
  stride: 'D',
  appliesTo: ['workload'],
  routes: [
    [
      fact('namespace.pid', { is: 'host' }, 'namespace-pid', {
        set: 'private',
        title: "uses the host's PID namespace",
      }),
      sharedKernel,
      initialUserNamespace,
      any('may signal them', becomesRoot, holds('KILL')),
      lsmAllows('ptrace-outside'),
    ],
  ],
  probe: allOf(
    sharesKernel,
    shares('pid'),
    inInitialUserNamespace,
    tries('may signal the first process', call('kill', 1, 0), ['ok'], {
      effects: ['looks'],
      ...needs('KILL'),
    }),
    // Signal 0 is let through to all by abstractions/base of AppArmor (`set=("exists")`), whatever becomes of others.
    unconfined,
  ),
  why: "kill_ok_by_cred() (kernel/signal.c) lets the same user signal: root of a container without a user namespace is root to the host's processes and needs no capability; CAP_KILL reaches all users. AppArmor profiles of engines let signals through among their own only.",
  fix: 'Private PID namespace; run as another user; cap_drop ALL.',
  refs: {
    cisDocker: ['5.4', '5.16'],
    nist800190: ['3.4.3'],
    pss: ['restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1499'],
    cisKubernetes: ['5.2.3'],
    cwe: ['CWE-250'],
    docs: ['kill(2)'],
  },
  examples: [
    { docker: 'run --pid host debian', host: 'lsm: [capability, yama]', verdict: 'open' },
    {
      docker: 'run --pid host debian',
      host: '{ kernel: 6.8.0, lsm: [capability, yama, apparmor] }',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run debian', host: 'lsm: [capability, yama]', verdict: 'blocked' },
    {
      docker: 'run --pid host --user 1000 --security-opt no-new-privileges --security-opt apparmor=unconfined debian',
      verdict: 'blocked',
    },
  ],
});
