import { someFact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'setuid-files-in-image',
  title: 'Image adds a program that runs as root whoever starts it',
  mechanism: 'image',
  phase: 'build',
  goal: 'privilege-in-container',
  severity: 'low',
  stride: 'E',
  appliesTo: ['image'],
  routes: [
    [
      someFact({
        family: 'image.file.',
        property: 'setuid',
        value: { is: true },
        mechanism: 'image',
        title: 'an instruction sets the set-user-id bit',
      }),
    ],
    [
      someFact({
        family: 'image.instruction.',
        name: ':RUN$',
        value: {
          matches:
            '\\b(?:apt-get|apt|aptitude|apk|dnf|microdnf|yum|tdnf|zypper)\\b[^;&|]{0,400}\\b(?:install|add)\\b[^;&|]{0,2000}\\s(?:sudo|doas)(?=[\\s;&|=]|$)',
        },
        mechanism: 'image',
        title: 'sudo is installed',
      }),
    ],
  ],
  why: 'bprm_fill_uid() (fs/exec.c) gives whoever executes such a file the uid of its owner, unless no_new_privs is set. A flaw in one program then makes an unprivileged USER root. Programs that the base image brings are judged for the running container.',
  fix: 'Take the bit away (`chmod u-s`), use file capabilities or none, and run with no-new-privileges.',
  refs: { attack: ['T1548.001'], cisDocker: ['4.8'], nist800190: ['3.1.2'], cwe: ['CWE-250'], docs: ['execve(2)'] },
  examples: [
    { dockerfile: 'FROM debian\nCOPY helper /usr/bin/helper\nRUN chmod 4755 /usr/bin/helper\n', verdict: 'open' },
    { dockerfile: 'FROM debian\nRUN apt-get update && apt-get install -y curl sudo\n', verdict: 'open' },
    {
      dockerfile: 'FROM debian\nRUN apt-get install -y curl && chmod 755 /usr/bin/helper\n',
      verdict: 'blocked',
      depth: 1,
    },
    { dockerfile: 'FROM debian\nRUN chmod u-s /usr/bin/passwd\n', verdict: 'blocked' },
  ],
});
