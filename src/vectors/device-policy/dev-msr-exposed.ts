import { capable, type DeviceWish, host, kernelConfig, opensDevice } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostDeviceUsed } from '../probe-words-of-places.ts';

const DEVICE: DeviceWish = {
  path: '^/dev/cpu(/|$)',
  title: '/dev/cpu/0/msr is within reach',
  type: 'c',
  major: 202,
  access: 'rw',
};

export default defineVector({
  id: 'dev-msr-exposed',
  title: 'Container can write processor registers',
  mechanism: 'device-policy',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'critical',
  stride: 'TIDE',
  appliesTo: ['workload'],
  routes: [
    [
      opensDevice(DEVICE),
      capable('SYS_RAWIO'),
      kernelConfig('X86_MSR', { usually: 'passes' }),
      // Who opens a node without a driver has its module loaded (base_probe(), fs/char_dev.c).
      host(
        'host.module.msr',
        { isNot: 'absent' },
        { usually: 'passes', title: 'its driver is there or can be loaded' },
      ),
      host('host.lockdown', { is: 'none' }, { usually: 'passes', title: 'the kernel is not locked down' }),
    ],
  ],
  probe: hostDeviceUsed({ ...DEVICE, path: '^/dev/cpu/[0-9]+/msr$' }, { opens: true }),
  why: 'msr_open() (arch/x86/kernel/msr.c) asks capable(CAP_SYS_RAWIO), writing the lockdown module, too. Model-specific registers hold the address of the system call entry: whoever writes it runs code in the kernel.',
  fix: 'Remove the device and CAP_SYS_RAWIO.',
  refs: { cisDocker: ['5.18'], nist800190: ['3.4.3'], attack: ['T1611'], cwe: ['CWE-668'], docs: ['msr(4)'] },
  aliases: ['raw-hardware-nodes-exposed'],
  examples: [
    { docker: 'run --cap-add SYS_RAWIO --device /dev/cpu/0/msr debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked' },
    { docker: 'run --cap-add SYS_RAWIO --device /dev/cpu/0/msr --runtime runsc debian', verdict: 'blocked' },
    {
      docker: 'run --cap-add SYS_RAWIO --device /dev/cpu/0/msr debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
    {
      docker: 'run --cap-add SYS_RAWIO --device /dev/cpu/0/msr debian',
      host: 'lockdown: integrity',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
