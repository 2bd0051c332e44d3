import { type DeviceWish, opensDevice } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostDeviceUsed } from '../probe-words-of-places.ts';

const DEVICE: DeviceWish = {
  path: '^/dev/(i2c-|spidev|gpiochip|gpiomem)',
  title: 'a bus of the mainboard is within reach',
  type: 'c',
  major: 89,
  access: 'rw',
  groups: ['i2c', 'spi', 'gpio'],
};

export default defineVector({
  id: 'bus-device-exposed',
  title: 'Container can drive chips of the mainboard',
  mechanism: 'device-policy',
  phase: 'create',
  goal: 'host-service',
  severity: 'medium',
  stride: 'TD',
  appliesTo: ['workload'],
  routes: [[opensDevice(DEVICE)]],
  probe: hostDeviceUsed(DEVICE),
  why: 'I²C, SPI and GPIO nodes reach voltage regulators, sensors and memory modules without a driver between (i2cdev_ioctl(), drivers/i2c/i2c-dev.c); wrong values damage hardware.',
  fix: 'Pass the single node that is needed.',
  refs: {
    cisDocker: ['5.18'],
    nist800190: ['3.4.3'],
    attack: ['T1611'],
    cwe: ['CWE-668'],
    docs: ['Documentation/i2c/dev-interface.rst'],
  },
  examples: [
    { docker: 'run --device /dev/i2c-1 debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --device /dev/i2c-1 --runtime runsc debian', verdict: 'blocked' },
    {
      docker: 'run --device /dev/i2c-1 debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
