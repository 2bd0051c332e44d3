import { type DeviceWish, opensDevice } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostDeviceUsed } from '../probe-words-of-places.ts';

const DEVICE: DeviceWish = { path: '^/dev/hidraw', title: '/dev/hidraw0 is within reach', type: 'c', access: 'rw' };

export default defineVector({
  id: 'hidraw-exposed',
  title: 'Container can talk to input and security devices of the host directly',
  mechanism: 'device-policy',
  phase: 'create',
  goal: 'host-service',
  severity: 'medium',
  stride: 'TI',
  appliesTo: ['workload'],
  routes: [[opensDevice(DEVICE)]],
  probe: hostDeviceUsed(DEVICE),
  why: 'hidraw passes reports as they are (drivers/hid/hidraw.c), past the input layer: key strokes, firmware updates of the device, and the protocol of security keys.',
  fix: 'Pass the single node that is needed.',
  refs: {
    cisDocker: ['5.18'],
    nist800190: ['3.4.3'],
    attack: ['T1611'],
    cwe: ['CWE-668'],
    docs: ['Documentation/hid/hidraw.rst'],
  },
  examples: [
    { docker: 'run --device /dev/hidraw0 debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --device /dev/tty1 debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --device /dev/hidraw0 --runtime runsc debian', verdict: 'blocked' },
    {
      docker: 'run --device /dev/hidraw0 debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
