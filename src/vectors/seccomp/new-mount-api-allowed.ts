import { CLONE } from '../../kernel/index.ts';
import { capableInContainer, createsNamespace, createsUserNamespace, kernel, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { HARMLESS } from '../harmless-calls.data.ts';
import { allOf, anyOf, sharesKernel } from '../probe.ts';
import { needs, passesFilter, tries } from '../probe-questions.ts';

export default defineVector({
  id: 'new-mount-api-allowed',
  title: 'Container can configure file system contexts with fsopen and fsconfig',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'medium',
  stride: 'TE',
  appliesTo: ['workload'],
  routes: [
    [
      capableInContainer('SYS_ADMIN'),
      syscall('fsopen'),
      syscall('fsconfig'),
      kernel({ since: '5.2', usually: 'passes' }),
    ],
    [
      createsUserNamespace,
      createsNamespace('NEWNS'),
      syscall('fsopen'),
      syscall('fsconfig'),
      kernel({ since: '5.2', usually: 'passes' }),
    ],
  ],
  probe: allOf(
    sharesKernel,
    anyOf(
      tries('opens a context of a file system', HARMLESS.fsopen.call, ['EFAULT'], needs('SYS_ADMIN')),
      tries('opens a context of a file system in namespaces of its own', HARMLESS.fsopen.call, ['EFAULT'], {
        as: [CLONE.NEWUSER, CLONE.NEWNS],
        blocked: { ENOSPC: 'kernel', EUSERS: 'kernel' },
      }),
    ),
    passesFilter('fsconfig'),
  ),
  why: 'fsopen() asks ns_capable(CAP_SYS_ADMIN) over the mount namespace (fs/fsopen.c), which a process holds in a user namespace of its own; parsing of parameters and creation of the super block follow without any AppArmor hook, because sb_mount belongs to the old call. A flaw in legacy_parse_param() was reached so.',
  fix: 'Use a default profile, which ties the calls to CAP_SYS_ADMIN, and refuse user namespaces.',
  refs: {
    attack: ['T1611', 'T1068'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    cve: ['CVE-2022-0185'],
    docs: ['fsopen(2)', 'fsconfig(2)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --cap-add SYS_ADMIN debian', host: 'lsm: [apparmor]', verdict: 'open' },
    { docker: 'run --security-opt seccomp=unconfined --user 1000 debian', verdict: 'open' },
    { podman: 'run debian', verdict: 'open' },
    { docker: 'run --security-opt seccomp=unconfined debian', host: 'kernel: 4.18.0', verdict: 'blocked', depth: 1 },
  ],
});
