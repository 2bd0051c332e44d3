import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'daemon-seccomp-unconfined',
  title: 'Engine starts containers without a system call filter',
  mechanism: 'daemon',
  phase: 'host',
  goal: 'host-kernel',
  severity: 'high',
  stride: 'E',
  appliesTo: ['engine'],
  routes: [
    [
      fact('daemon.seccomp-profile', { is: 'unconfined' }, 'seccomp', {
        absent: 'closed',
        set: 'builtin',
        title: 'the default profile is unconfined',
      }),
    ],
  ],
  why: 'The filter refuses about fifty system calls that containers do not need and in which kernel flaws keep being found. `unconfined` here takes it from every container that does not name a profile itself (moby daemon/seccomp_linux.go).',
  fix: 'Remove the key or set `builtin`; give the one container that needs more its own profile.',
  refs: {
    attack: ['T1611'],
    cisDocker: ['2.17', '5.22'],
    nist800190: ['3.4.3'],
    cwe: ['CWE-693'],
    docs: ['seccomp(2)'],
  },
  examples: [
    { daemon: '{"seccomp-profile":"unconfined"}', verdict: 'open' },
    { daemon: '{}', verdict: 'blocked', depth: 1 },
    { daemon: '{"seccomp-profile":"builtin"}', verdict: 'blocked' },
  ],
});
