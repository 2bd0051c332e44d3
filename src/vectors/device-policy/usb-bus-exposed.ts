import { type DeviceWish, opensDevice } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostDeviceUsed } from '../probe-words-of-places.ts';

const DEVICE: DeviceWish = {
  path: '^/dev/bus(/usb(/|$)|$)',
  title: '/dev/bus/usb is within reach',
  type: 'c',
  major: 189,
  access: 'rw',
  // 50-udev-default.rules of systemd: MODE="0664", and no group.
  groups: ['root'],
};

export default defineVector({
  id: 'usb-bus-exposed',
  title: 'Container can command USB devices of the host',
  mechanism: 'device-policy',
  phase: 'create',
  goal: 'host-service',
  severity: 'high',
  stride: 'TIDE',
  appliesTo: ['workload'],
  routes: [[opensDevice(DEVICE)]],
  probe: hostDeviceUsed(DEVICE),
  why: 'usbfs lets the opener detach drivers, send any transfer and reset devices (usbdev_ioctl(), drivers/usb/core/devio.c): keyboards, storage and security keys of the host are among them.',
  fix: 'Pass the single node that is needed.',
  refs: {
    cisDocker: ['5.18'],
    nist800190: ['3.4.3'],
    attack: ['T1611'],
    cwe: ['CWE-668'],
    docs: ['Documentation/driver-api/usb/usb.rst'],
  },
  examples: [
    { docker: 'run --device /dev/bus/usb debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --device /dev/bus/usb --runtime runsc debian', verdict: 'blocked' },
    {
      docker: 'run --device /dev/bus/usb debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
