import { all, any, capableInContainer, kernel, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, holdsCapability, sharesKernel } from '../probe.ts';
import { passesFilter } from '../probe-questions.ts';

export default defineVector({
  id: 'cap-checkpoint-restore',
  title: 'Container can choose process ids and forge the link to its program',
  mechanism: 'capability',
  phase: 'create',
  goal: 'information',
  severity: 'low',
  stride: 'SI',
  appliesTo: ['workload'],
  routes: [
    [
      any(
        'checkpoint_restore_ns_capable()',
        all('since the kernel has it', capableInContainer('CHECKPOINT_RESTORE'), kernel({ since: '5.9' })),
        capableInContainer('SYS_ADMIN'),
      ),
      any('a call', syscall('prctl'), syscall('clone3')),
    ],
  ],
  probe: allOf(
    sharesKernel,
    anyOf(holdsCapability('CHECKPOINT_RESTORE'), holdsCapability('SYS_ADMIN')),
    passesFilter('prctl', 'clone3'),
  ),
  why: 'CAP_CHECKPOINT_RESTORE (5.9), or CAP_SYS_ADMIN, lets a process choose ids with clone3 set_tid (alloc_pid(), kernel/pid.c) and change /proc/self/exe (prctl_set_mm_exe_file()): monitors that trust either are deceived. In the initial user namespace it opens /proc/PID/map_files, too.',
  fix: 'Run checkpointing from the host; drop it.',
  refs: {
    cisDocker: ['5.4'],
    cisKubernetes: ['5.2.9'],
    nist800190: ['3.4.3'],
    pss: ['baseline:capabilities_baseline', 'restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1036'],
    cwe: ['CWE-250'],
    docs: ['capabilities(7)'],
  },
  examples: [
    { docker: 'run --cap-add CHECKPOINT_RESTORE debian', host: 'kernel: 6.1.0', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --cap-add CHECKPOINT_RESTORE debian', host: 'kernel: 5.4.0', verdict: 'blocked' },
  ],
});
