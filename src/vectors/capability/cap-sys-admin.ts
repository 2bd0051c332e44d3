import { any, capable, mounts, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf } from '../probe.ts';
import { capableOnHost, mounts as mountsAsked, passesFilter } from '../probe-questions.ts';

export default defineVector({
  id: 'cap-sys-admin',
  title: 'Container can administer the host kernel with CAP_SYS_ADMIN',
  mechanism: 'capability',
  phase: 'create',
  goal: 'host-root',
  severity: 'critical',
  stride: 'TIDE',
  appliesTo: ['workload'],
  routes: [
    [
      capable('SYS_ADMIN'),
      any(
        'one of its calls',
        mounts,
        syscall('bpf'),
        syscall('setns'),
        syscall('quotactl'),
        syscall('fanotify_init'),
        syscall('swapon'),
      ),
    ],
  ],
  probe: allOf(
    capableOnHost('SYS_ADMIN'),
    anyOf(mountsAsked, passesFilter('bpf', 'setns', 'quotactl', 'fanotify_init', 'swapon')),
  ),
  why: "Hundreds of places in the kernel ask capable(CAP_SYS_ADMIN): file system mounts, quota, swap, block device ioctls, BPF, namespaces of others. Engines' seccomp profiles let the calls through once the capability is given, and mount gates of an LSM cover only some of them. Goals that are concrete have vectors of their own.",
  fix: 'Remove the capability; give the task CAP_BPF, CAP_PERFMON or a user namespace of its own instead.',
  refs: {
    cisDocker: ['5.4'],
    cisKubernetes: ['5.2.9'],
    nist800190: ['3.4.3'],
    pss: ['baseline:capabilities_baseline', 'restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1611'],
    kubehound: ['CE_PRIV_MOUNT', 'CE_NSENTER'],
    cwe: ['CWE-250'],
    cve: ['CVE-2022-0492', 'CVE-2022-0185'],
    docs: ['capabilities(7)'],
  },
  examples: [
    { docker: 'run --cap-add SYS_ADMIN debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked' },
    { docker: 'run --cap-add SYS_ADMIN debian', withDaemon: '{"userns-remap":"default"}', verdict: 'blocked' },
    { docker: 'run --cap-add SYS_ADMIN --user 1000 --security-opt no-new-privileges debian', verdict: 'blocked' },
    { docker: 'run --cap-add ALL --cap-drop SYS_ADMIN debian', verdict: 'blocked' },
    {
      compose: `services:
  a: { image: debian, cap_add: [SYS_ADMIN] }
`,
      verdict: 'open',
    },
  ],
});
