import { expect, test } from 'vitest';
import { Unknown } from '../../posture/index.ts';
import { Accounts } from './accounts.ts';
import { shellCommands } from './shell-commands.ts';

function uid(script: string, user: string, base: string | undefined = 'alpine'): unknown {
  const accounts = new Accounts(base);
  for (const command of shellCommands(script)) {
    accounts.run(command, ({ raw, text }) => (raw.includes('$') ? new Unknown('variable') : text));
  }
  const found = accounts.uidOf(user);
  return found instanceof Unknown ? 'unknown' : found;
}

test.for([
  { script: '', user: '0', gives: 0 },
  { script: '', user: 'root', gives: 0 },
  { script: '', user: 'root:root', gives: 0 },
  { script: '', user: '0:1000', gives: 0 },
  { script: '', user: '00', gives: 0 },
  { script: '', user: '', gives: 0 },
  { script: '', user: ':5', gives: 0 },
  { script: '', user: '1000:0', gives: 1000 },
  { script: '', user: '4294967296', gives: 'unknown' },
  { script: '', user: 'app', gives: 'unknown' },
  { script: 'useradd app', user: 'app', gives: 'non-root' },
  { script: 'useradd app', user: 'app:app', gives: 'non-root' },
  { script: 'useradd app', user: 'other', gives: 'unknown' },
  { script: 'useradd -u 1001 app', user: 'app', gives: 1001 },
  { script: 'useradd --uid=1001 app', user: 'app', gives: 1001 },
  { script: 'useradd -rmu 1001 -d /x app', user: 'app', gives: 1001 },
  { script: 'useradd -u1001 app', user: 'app', gives: 1001 },
  { script: 'useradd -o -u 0 app', user: 'app', gives: 0 },
  { script: 'useradd app -ou 0', user: 'app', gives: 0 },
  { script: 'useradd -u $ID app', user: 'app', gives: 'unknown' },
  { script: 'useradd -u $(id -u) app', user: 'app', gives: 'unknown' },
  { script: 'groupadd -r app && useradd -r -g app app', user: 'app', gives: 'non-root' },
  { script: 'addgroup -S app && adduser -S -G app -h /x app', user: 'app', gives: 'non-root' },
  { script: 'adduser -D -u 1002 app', user: 'app', gives: 1002 },
  { script: "adduser --disabled-password --gecos '' app", user: 'app', gives: 'non-root' },
  { script: 'useradd -R /rootfs app', user: 'app', gives: 'unknown' },
  { script: 'useradd -K UID_MIN=0 app', user: 'app', gives: 'unknown' },
  { script: 'groupadd app', user: 'app', gives: 'unknown' },
  // Adds root to the group `app`; makes no user.
  { script: 'adduser root app', user: 'app', gives: 'unknown' },
  { script: 'useradd app; usermod -u 0 -o app', user: 'app', gives: 'unknown' },
  { script: 'useradd app; usermod -aG docker app', user: 'app', gives: 'non-root' },
  { script: 'useradd app; usermod -u 0 $X', user: 'app', gives: 'unknown' },
  { script: "echo 'app:x:1003:1003::/:/bin/sh' >> /etc/passwd", user: 'app', gives: 1003 },
  { script: "echo 'app:x:0:0::/:/bin/sh' > /etc/passwd", user: 'app', gives: 0 },
  { script: 'useradd app; sed -i s/x/y/ /etc/passwd', user: 'app', gives: 'unknown' },
  { script: 'useradd app; cat /etc/passwd', user: 'app', gives: 'non-root' },
  { script: 'useradd app; cat x >/etc/passwd', user: 'app', gives: 'unknown' },
  { script: 'if ! id app; then sudo useradd app; fi', user: 'app', gives: 'non-root' },
  { script: '# useradd app', user: 'app', gives: 'unknown' },
  { script: 'echo useradd app', user: 'app', gives: 'unknown' },
  { script: '', user: 'node', base: 'node:20-alpine', gives: 1000 },
  { script: '', user: 'node', base: 'docker.io/library/node@sha256:0', gives: 1000 },
  { script: '', user: 'node', base: 'someone/node', gives: 'unknown' },
  { script: '', user: 'node', base: 'registry.example/node', gives: 'unknown' },
  { script: 'usermod -u 0 -o node', user: 'node', base: 'node', gives: 'unknown' },
  { script: 'cat x > /etc/passwd', user: 'node', base: 'node', gives: 'unknown' },
  { script: '', user: 'nonroot:nonroot', base: 'gcr.io/distroless/static-debian12', gives: 65532 },
])('$script; USER $user on $base is $gives', ({ script, user, base, gives }) =>
  expect(uid(script, user, base)).toBe(gives),
);
