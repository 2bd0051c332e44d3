import { type DeviceWish, opensDevice } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostDeviceUsed } from '../probe-words-of-places.ts';

const DEVICE: DeviceWish = {
  path: '^/dev/watchdog',
  title: '/dev/watchdog is within reach',
  type: 'c',
  major: 10,
  minor: 130,
  access: 'w',
};

export default defineVector({
  id: 'watchdog-exposed',
  title: 'Container can restart the host through its watchdog',
  mechanism: 'device-policy',
  phase: 'create',
  goal: 'denial-of-service',
  severity: 'medium',
  stride: 'D',
  appliesTo: ['workload'],
  routes: [[opensDevice(DEVICE)]],
  probe: hostDeviceUsed(DEVICE),
  why: 'Opening the node starts the timer (watchdog_open(), drivers/watchdog/watchdog_dev.c); who then stays silent resets the machine.',
  fix: 'Do not pass the node.',
  refs: {
    cisDocker: ['5.18'],
    nist800190: ['3.4.3'],
    attack: ['T1529'],
    cwe: ['CWE-668'],
    docs: ['Documentation/watchdog'],
  },
  examples: [
    { docker: 'run --device /dev/watchdog debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --device /dev/watchdog --runtime runsc debian', verdict: 'blocked' },
    {
      docker: 'run --device /dev/watchdog debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
