import { expect, test } from 'vitest';
import { CAPABILITIES } from '../../kernel/capabilities.ts';
import { fileChanges, looksSecret } from './image-files.ts';
import { shellCommands } from './shell-commands.ts';

const changes = (script: string) =>
  shellCommands(script)
    .flatMap(fileChanges)
    .map(({ path, change }) => [path, change]);

test.for([
  {
    script: 'chmod 4755 /a /b',
    gives: [
      ['/a', { mode: 0o4755, setuid: true }],
      ['/b', { mode: 0o4755, setuid: true }],
    ],
  },
  { script: 'chmod -R 755 /a', gives: [['/a', { mode: 0o755, setuid: false }]] },
  { script: 'apk add x && chmod u+s "/a b"', gives: [['"/a b"', { setuid: true }]] },
  { script: 'chmod +s /a', gives: [['/a', { setuid: true }]] },
  { script: 'chmod ug=rwxs /a', gives: [['/a', { setuid: true }]] },
  { script: 'chmod g+s /a', gives: [] },
  { script: 'chmod +x /a', gives: [] },
  { script: 'chmod a-s /a', gives: [['/a', { setuid: false }]] },
  { script: '/bin/chmod 04711 $X', gives: [['$X', { mode: 0o4711, setuid: true }]] },
  { script: 'setcap cap_net_raw,cap_sys_admin=+ep /a', gives: [['/a', { capabilities: ['NET_RAW', 'SYS_ADMIN'] }]] },
  { script: "setcap -q 'CAP_BPF+eip' /a", gives: [['/a', { capabilities: ['BPF'] }]] },
  { script: 'setcap all=ep /a', gives: [['/a', { capabilities: [...CAPABILITIES] }]] },
  { script: 'setcap =ep /a', gives: [['/a', { capabilities: [...CAPABILITIES] }]] },
  { script: 'setcap -r /a', gives: [['/a', { capabilities: [] }]] },
  { script: 'install -m 4755 x /usr/bin/x', gives: [['/usr/bin/x', { mode: 0o4755, setuid: true }]] },
  { script: 'install --mode=0755 x /y', gives: [['/y', { mode: 0o755, setuid: false }]] },
  { script: 'npm install -m x y', gives: [] },
  { script: 'echo chmod 4755 /a', gives: [] },
])('$script', ({ script, gives }) => expect(changes(script)).toEqual(gives));

test.for([
  ['id_rsa', true],
  ['id_rsa.pub', false],
  ['.ssh/config', true],
  ['.ssh/known_hosts', false],
  ['conf/.env', true],
  ['.env.production', true],
  ['.env.example', false],
  ['server.key', true],
  ['tls/server.pem', true],
  ['ca-bundle.pem', false],
  ['.npmrc', true],
  ['.docker/config.json', true],
  ['.docker/entrypoint.sh', false],
  ['config.json', false],
  ['src', false],
  ['.', false],
] as const)('%s looks secret: %s', ([path, gives]) => expect(looksSecret(path)).toBe(gives));
