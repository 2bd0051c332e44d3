import { capable, type DeviceWish, host, kernelConfig, opensDevice } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostDeviceUsed } from '../probe-words-of-places.ts';

const DEVICE: DeviceWish = {
  path: '^/dev/port$',
  title: '/dev/port is within reach',
  type: 'c',
  major: 1,
  minor: 4,
  access: 'r',
  groups: ['kmem'],
};

export default defineVector({
  id: 'dev-port-exposed',
  title: 'Container can read and write I/O ports through a device',
  mechanism: 'device-policy',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'critical',
  stride: 'TIE',
  appliesTo: ['workload'],
  routes: [
    [
      opensDevice(DEVICE),
      capable('SYS_RAWIO'),
      kernelConfig('DEVPORT', { usually: 'passes' }),
      host('host.lockdown', { is: 'none' }, { usually: 'passes', title: 'the kernel is not locked down' }),
    ],
  ],
  probe: hostDeviceUsed(DEVICE, { opens: true }),
  why: 'open_port() (drivers/char/mem.c) asks capable(CAP_SYS_RAWIO) and the lockdown module for /dev/port as for /dev/mem; ports reach devices past every driver. The device exists where the architecture has ports.',
  fix: 'Remove the device and CAP_SYS_RAWIO.',
  refs: { cisDocker: ['5.18'], nist800190: ['3.4.3'], attack: ['T1611'], cwe: ['CWE-668'], docs: ['mem(4)'] },
  examples: [
    { docker: 'run --cap-add SYS_RAWIO --device /dev/port debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked' },
    { docker: 'run --cap-add SYS_RAWIO --device /dev/port --runtime runsc debian', verdict: 'blocked' },
    {
      docker: 'run --cap-add SYS_RAWIO --device /dev/port debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
