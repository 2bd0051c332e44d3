import { type DeviceWish, opensDevice } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostDeviceUsed } from '../probe-words-of-places.ts';

const DEVICE: DeviceWish = {
  path: '^/dev/(tty(S|USB|ACM|AMA)[0-9]+|serial(/|$))',
  title: 'a serial port of the host is within reach',
  type: 'c',
  access: 'rw',
  groups: ['dialout', 'uucp'],
};

export default defineVector({
  id: 'serial-port-exposed',
  title: 'Container can use serial ports of the host',
  mechanism: 'device-policy',
  phase: 'create',
  goal: 'host-service',
  severity: 'low',
  stride: 'TI',
  appliesTo: ['workload'],
  routes: [[opensDevice(DEVICE)]],
  probe: hostDeviceUsed(DEVICE),
  why: 'Serial ports lead to consoles of other machines, modems and controllers, and carry the boot console of many servers.',
  fix: 'Pass the single node that is needed.',
  refs: { cisDocker: ['5.18'], nist800190: ['3.4.3'], attack: ['T1611'], cwe: ['CWE-668'], docs: ['ttyS(4)'] },
  examples: [
    { docker: 'run --device /dev/ttyUSB0 debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --device /dev/tty1 debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --device /dev/ttyUSB0 --runtime runsc debian', verdict: 'blocked' },
    {
      docker: 'run --device /dev/ttyUSB0 debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
