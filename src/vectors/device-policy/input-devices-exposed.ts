import { type DeviceWish, opensDevice } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostDeviceUsed } from '../probe-words-of-places.ts';

const DEVICE: DeviceWish = {
  path: '^/dev/input(/|$)',
  title: '/dev/input is within reach',
  type: 'c',
  major: 13,
  access: 'r',
  groups: ['input'],
};

export default defineVector({
  id: 'input-devices-exposed',
  title: 'Container can record keyboard and mouse of the host',
  mechanism: 'device-policy',
  phase: 'create',
  goal: 'information',
  severity: 'high',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [[opensDevice(DEVICE)]],
  probe: hostDeviceUsed(DEVICE),
  why: 'Every opener of an event device gets all events (evdev_read(), drivers/input/evdev.c), passwords typed at the console included.',
  fix: 'Do not pass input devices.',
  refs: {
    cisDocker: ['5.18'],
    nist800190: ['3.4.3'],
    attack: ['T1611'],
    cwe: ['CWE-668'],
    docs: ['Documentation/input/input.rst'],
  },
  examples: [
    { docker: 'run --device /dev/input debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --device /dev/input --runtime runsc debian', verdict: 'blocked' },
    {
      docker: 'run --device /dev/input debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
