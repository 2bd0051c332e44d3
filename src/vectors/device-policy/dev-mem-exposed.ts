import { capable, type DeviceWish, host, kernelConfig, opensDevice } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostDeviceUsed } from '../probe-words-of-places.ts';

const DEVICE: DeviceWish = {
  path: '^/dev/mem$',
  title: '/dev/mem is within reach',
  type: 'c',
  major: 1,
  minor: 1,
  access: 'r',
  groups: ['kmem'],
};

export default defineVector({
  id: 'dev-mem-exposed',
  title: 'Container can read and write physical memory',
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
      kernelConfig('DEVMEM', { usually: 'passes' }),
      host('host.lockdown', { is: 'none' }, { usually: 'passes', title: 'the kernel is not locked down' }),
    ],
  ],
  probe: hostDeviceUsed(DEVICE, { opens: true }),
  why: 'open_port() (drivers/char/mem.c) asks capable(CAP_SYS_RAWIO) and the lockdown module (LOCKDOWN_DEV_MEM, 5.4). CONFIG_STRICT_DEVMEM leaves the memory of devices, firmware tables and, on some kernels, the first megabyte.',
  fix: 'Remove the device and CAP_SYS_RAWIO.',
  refs: { cisDocker: ['5.18'], nist800190: ['3.4.3'], attack: ['T1611'], cwe: ['CWE-668'], docs: ['mem(4)'] },
  examples: [
    { docker: 'run --cap-add SYS_RAWIO --device /dev/mem debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked' },
    { docker: 'run --cap-add SYS_RAWIO --device /dev/mem --runtime runsc debian', verdict: 'blocked' },
    {
      docker: 'run --cap-add SYS_RAWIO --device /dev/mem debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run --privileged debian', verdict: 'open' },
    { docker: 'run --device /dev/mem debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --privileged debian', host: 'lockdown: integrity', verdict: 'blocked', depth: 1 },
  ],
});
