import { type DeviceWish, opensDevice } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostDeviceUsed } from '../probe-words-of-places.ts';

const DEVICE: DeviceWish = {
  path: '^/dev/(tty[0-9]+|vcs.*)$',
  title: 'a terminal of the host is within reach',
  type: 'c',
  major: 4,
  access: 'rw',
  groups: ['tty'],
};

export default defineVector({
  id: 'terminal-device-exposed',
  title: 'Container can read and write a console of the host',
  mechanism: 'device-policy',
  phase: 'create',
  goal: 'host-service',
  severity: 'medium',
  stride: 'TI',
  appliesTo: ['workload'],
  routes: [[opensDevice(DEVICE)]],
  probe: hostDeviceUsed(DEVICE),
  why: 'A virtual terminal takes what is written to it and shares what is typed with every reader (drivers/tty/vt); screen contents are in /dev/vcs. Prompts can be forged and passwords be taken.',
  fix: 'Do not pass terminals of the host.',
  refs: {
    cisDocker: ['5.18'],
    nist800190: ['3.4.3'],
    attack: ['T1611'],
    cwe: ['CWE-668'],
    docs: ['console_codes(4)', 'vcs(4)'],
  },
  examples: [
    { docker: 'run --device /dev/tty1 debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --device /dev/tty1 --runtime runsc debian', verdict: 'blocked' },
    { docker: 'run --device /dev/tty1 debian', withDaemon: '{"userns-remap":"default"}', verdict: 'blocked', depth: 1 },
  ],
});
