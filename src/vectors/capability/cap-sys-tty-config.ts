import { capable, reachesDevice } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf } from '../probe.ts';
import { usesDevice } from '../probe-places.ts';
import { capableOnHost } from '../probe-questions.ts';

export default defineVector({
  id: 'cap-sys-tty-config',
  title: 'Container can act on virtual terminals of the host',
  mechanism: 'capability',
  phase: 'create',
  goal: 'host-service',
  severity: 'low',
  stride: 'TD',
  appliesTo: ['workload'],
  routes: [
    [
      capable('SYS_TTY_CONFIG'),
      reachesDevice({
        path: '^/dev/(tty\\d+|console|vcs.*)$',
        title: 'a virtual terminal of the host is within reach',
        type: 'c',
        major: 4,
        access: 'r',
      }),
    ],
  ],
  probe: allOf(
    capableOnHost('SYS_TTY_CONFIG'),
    usesDevice({ path: '^/dev/(tty\\d+|console|vcs.*)$', type: 'c', major: 4, access: 'r' }),
  ),
  why: 'Keyboard maps, console modes and vhangup ask capable(CAP_SYS_TTY_CONFIG) (vt_do_kdsk_ioctl(), drivers/tty/vt/keyboard.c) on an open terminal. A changed keyboard map types commands for whoever logs in there.',
  fix: 'Drop it; do not pass terminals of the host.',
  refs: {
    cisDocker: ['5.4'],
    cisKubernetes: ['5.2.9'],
    nist800190: ['3.4.3'],
    pss: ['baseline:capabilities_baseline', 'restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1499'],
    cwe: ['CWE-250'],
    docs: ['ioctl_console(2)'],
  },
  examples: [
    { docker: 'run --cap-add SYS_TTY_CONFIG --device /dev/tty1 debian', verdict: 'open' },
    { docker: 'run --cap-add SYS_TTY_CONFIG debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --device /dev/tty1 debian', verdict: 'blocked', depth: 1 },
  ],
});
