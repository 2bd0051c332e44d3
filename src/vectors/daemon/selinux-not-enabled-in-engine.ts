import { fact, host } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'selinux-not-enabled-in-engine',
  title: 'Engine labels no container although the host enforces SELinux',
  mechanism: 'daemon',
  phase: 'host',
  goal: 'host-data',
  severity: 'medium',
  stride: 'TIE',
  appliesTo: ['engine'],
  routes: [
    [
      fact('daemon.selinux-enabled', { isNot: true }, 'lsm', {
        absent: 'passes',
        set: true,
        title: 'the engine sets no labels',
      }),
      host('host.lsm', { matches: '^selinux$' }, { title: 'SELinux is active on the host' }),
    ],
  ],
  why: 'Docker switches labelling on only by this key: without it containers run in the domain of the engine, which is unconfined in most policies, and no type keeps them from files of the host or of one another.',
  fix: 'Set `"selinux-enabled": true` and label volumes with `:z` or `:Z`.',
  refs: {
    attack: ['T1611'],
    cisDocker: ['5.3'],
    nist800190: ['3.4.3'],
    cwe: ['CWE-693'],
    docs: ['container_selinux(8)'],
  },
  examples: [
    { daemon: '{}', host: 'lsm: [capability, yama, selinux]', verdict: 'open' },
    { daemon: '{"selinux-enabled":true}', host: 'lsm: [capability, selinux]', verdict: 'blocked', depth: 1 },
    { daemon: '{}', host: 'lsm: [capability, yama, apparmor]', verdict: 'blocked', depth: 1 },
    { daemon: '{}', verdict: 'unknown' },
  ],
});
