import { capable, type DeviceWish, host, kernel, kernelConfig, opensDevice } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostDeviceUsed } from '../probe-words-of-places.ts';

const DEVICE: DeviceWish = {
  path: '^/dev/kmem$',
  title: '/dev/kmem is within reach',
  type: 'c',
  major: 1,
  minor: 2,
  access: 'r',
  groups: ['kmem'],
};

export default defineVector({
  id: 'dev-kmem-exposed',
  title: 'Container can read and write kernel memory through a device',
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
      kernel({ before: '5.13' }),
      kernelConfig('DEVKMEM'),
      host('host.lockdown', { is: 'none' }, { usually: 'passes', title: 'the kernel is not locked down' }),
    ],
  ],
  probe: hostDeviceUsed(DEVICE, { opens: true }),
  why: "/dev/kmem is the kernel's virtual memory as a file; open_port() asks capable(CAP_SYS_RAWIO). It was removed in 5.13 (drivers/char/mem.c), and few kernels before were built with CONFIG_DEVKMEM.",
  fix: 'Remove the device; use a kernel from 5.13 on.',
  refs: { cisDocker: ['5.18'], nist800190: ['3.4.3'], attack: ['T1611'], cwe: ['CWE-668'], docs: ['mem(4)'] },
  examples: [
    {
      docker: 'run --cap-add SYS_RAWIO --device /dev/kmem debian',
      host: '{ kernel: 4.19.0, kernel-config: { DEVKMEM: y } }',
      verdict: 'open',
    },
    {
      docker: 'run --cap-add SYS_RAWIO --device /dev/kmem debian',
      host: 'kernel: 6.1.0',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run debian', verdict: 'blocked' },
  ],
});
