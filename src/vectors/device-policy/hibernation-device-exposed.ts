import { capable, type DeviceWish, host, kernelConfig, opensDevice } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, hostHas } from '../probe.ts';
import { capableOnHost } from '../probe-questions.ts';
import { hostDeviceUsed } from '../probe-words-of-places.ts';

const DEVICE: DeviceWish = {
  path: '^/dev/snapshot$',
  title: '/dev/snapshot is within reach',
  type: 'c',
  major: 10,
  minor: 231,
  access: 'r',
};

export default defineVector({
  id: 'hibernation-device-exposed',
  title: 'Container can write and restore the memory image of the host',
  mechanism: 'device-policy',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'critical',
  stride: 'TID',
  appliesTo: ['workload'],
  routes: [
    [
      opensDevice(DEVICE),
      capable('SYS_ADMIN'),
      kernelConfig('HIBERNATION', { usually: 'passes' }),
      host('host.lockdown', { is: 'none' }, { usually: 'passes', title: 'the kernel is not locked down' }),
    ],
  ],
  probe: allOf(
    hostDeviceUsed(DEVICE, { builtIn: 'snapshot' }),
    capableOnHost('SYS_ADMIN'),
    hostHas(kernelConfig('HIBERNATION', { usually: 'passes' })),
  ),
  why: 'snapshot_ioctl() (kernel/power/user.c) asks capable(CAP_SYS_ADMIN): it freezes the machine, reads its memory image, and restores one that was altered. Lockdown refuses hibernation (5.4).',
  fix: 'Do not pass the node; drop CAP_SYS_ADMIN.',
  refs: {
    cisDocker: ['5.18'],
    nist800190: ['3.4.3'],
    attack: ['T1611'],
    cwe: ['CWE-668'],
    docs: ['Documentation/power/userland-swsusp.rst'],
  },
  examples: [
    { docker: 'run --cap-add SYS_ADMIN --device /dev/snapshot debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked' },
    { docker: 'run --cap-add SYS_ADMIN --device /dev/snapshot --runtime runsc debian', verdict: 'blocked' },
    {
      docker: 'run --cap-add SYS_ADMIN --device /dev/snapshot debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
