import { call } from '../../kernel/index.ts';
import { capable, kernelConfig, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf } from '../probe.ts';
import { capableOnHost, needs, passesFilter, tries } from '../probe-questions.ts';

export default defineVector({
  id: 'fanotify-host-files',
  title: 'Container can watch and open files that host processes use',
  mechanism: 'capability',
  phase: 'create',
  goal: 'host-data',
  severity: 'high',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [
    [
      capable('SYS_ADMIN'),
      syscall('fanotify_init'),
      syscall('fanotify_mark'),
      kernelConfig('FANOTIFY', { usually: 'passes' }),
    ],
  ],
  probe: allOf(
    capableOnHost('SYS_ADMIN'),
    passesFilter('fanotify_init'),
    passesFilter('fanotify_mark'),
    tries('watches as root may', call('fanotify_init', 0, 0), ['ok'], {
      effects: ['makes-objects'],
      ...needs('SYS_ADMIN'),
    }),
  ),
  why: "A fanotify group made with CAP_SYS_ADMIN may mark a whole file system (FAN_MARK_FILESYSTEM, 4.20; in the 4.18 of RHEL 8 too), and each event carries an open descriptor to the file that was touched (fanotify_init(), create_fd(), fs/notify/fanotify/fanotify_user.c). The engine's own /etc/hosts is a mount of the host's file system, so files of the host outside the mounts are handed in.",
  fix: 'Drop CAP_SYS_ADMIN, or refuse fanotify_init in the seccomp profile.',
  refs: {
    cisDocker: ['5.4'],
    cisKubernetes: ['5.2.9'],
    nist800190: ['3.4.3'],
    pss: ['baseline:capabilities_baseline', 'restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1611', 'T1005'],
    cwe: ['CWE-250', 'CWE-668'],
    docs: ['fanotify(7)'],
  },
  examples: [
    { docker: 'run --cap-add SYS_ADMIN debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked' },
    {
      docker: 'run --cap-add SYS_ADMIN debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run --privileged debian', verdict: 'open' },
  ],
});
