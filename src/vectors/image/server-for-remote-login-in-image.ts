import { someFact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'server-for-remote-login-in-image',
  title: 'Image brings a login service or an account without a password',
  mechanism: 'image',
  phase: 'build',
  goal: 'privilege-in-container',
  severity: 'medium',
  stride: 'SE',
  appliesTo: ['image'],
  routes: [
    [
      someFact({
        family: 'image.instruction.',
        name: ':RUN$',
        value: {
          matches:
            '\\b(?:install|add)\\b[^;&|]{0,2000}\\s(?:openssh-server|openssh|dropbear|telnetd|rsh-server)(?=[\\s;&|=]|$)',
        },
        mechanism: 'image',
        title: 'a login service is installed',
      }),
    ],
    [
      someFact({
        family: 'image.instruction.',
        name: ':(?:CMD|ENTRYPOINT)$',
        value: { matches: '(?:^|[\\s"/\'])(?:sshd|dropbear|telnetd)(?=[\\s"\']|$)' },
        mechanism: 'image',
        title: 'a login service is started',
      }),
    ],
    [
      someFact({
        family: 'image.instruction.',
        name: ':RUN$',
        value: {
          matches:
            '\\bpasswd\\s+(?:-d|--delete)\\b|NOPASSWD:|\\bchpasswd\\b|PermitEmptyPasswords\\s+yes|\\busermod\\b[^;&|]{0,200}\\s-p\\s+["\']{2}',
        },
        mechanism: 'image',
        title: 'a password is set, deleted or not asked for',
      }),
    ],
  ],
  why: 'A login service is a second way in beside the program, with accounts that the image brings to every place it runs; a password in it is the same everywhere and readable from /etc/shadow of the layer. NOPASSWD makes the user that was put there for safety root.',
  fix: 'Enter with the engine (`docker exec`, `kubectl exec`), which is authenticated and logged; leave passwords and sudo rules out.',
  refs: {
    attack: ['T1021', 'T1078.001'],
    cisDocker: ['5.7'],
    nist800190: ['3.1.2'],
    microsoftMatrix: ['MS-TA9010'],
    cwe: ['CWE-1393', 'CWE-258'],
    cve: ['CVE-2019-5021'],
  },
  aliases: ['weak-accounts-or-sshd-in-image'],
  examples: [
    {
      dockerfile: 'FROM debian\nRUN apt-get update && apt-get install -y openssh-server\nCMD ["/usr/sbin/sshd","-D"]\n',
      verdict: 'open',
    },
    { dockerfile: 'FROM debian\nRUN echo "root:toor" | chpasswd\n', verdict: 'open' },
    { dockerfile: 'FROM debian\nRUN echo "app ALL=(ALL) NOPASSWD: ALL" > /etc/sudoers.d/app\n', verdict: 'open' },
    {
      dockerfile: 'FROM debian\nRUN apt-get update && apt-get install -y openssh-client\nCMD ["nginx"]\n',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
