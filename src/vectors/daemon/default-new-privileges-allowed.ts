import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'default-new-privileges-allowed',
  title: 'Containers may gain privileges by set-user-id programs unless each forbids it',
  mechanism: 'daemon',
  phase: 'host',
  goal: 'privilege-in-container',
  severity: 'low',
  stride: 'E',
  appliesTo: ['engine'],
  routes: [
    [
      fact('daemon.no-new-privileges', { isNot: true }, 'no-new-privileges', {
        absent: 'passes',
        set: true,
        title: 'no_new_privs is not the default',
      }),
    ],
  ],
  why: 'no_new_privs makes execve(2) ignore set-user-id bits and file capabilities (bprm_fill_uid(), fs/exec.c). Without the setting, each container must ask for it itself.',
  fix: 'Set `"no-new-privileges": true`; what needs sudo or ping with capabilities then has to be told otherwise.',
  refs: {
    attack: ['T1548.001'],
    cisDocker: ['2.14'],
    nist800190: ['3.4.3'],
    cwe: ['CWE-250'],
    docs: ['PR_SET_NO_NEW_PRIVS(2const)'],
  },
  examples: [
    { daemon: '{}', verdict: 'open' },
    { daemon: '{"no-new-privileges":false}', verdict: 'open' },
    { daemon: '{"no-new-privileges":true}', verdict: 'blocked', depth: 1 },
  ],
});
