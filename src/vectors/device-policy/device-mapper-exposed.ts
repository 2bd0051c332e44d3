import { capable, type DeviceWish, opensDevice } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf } from '../probe.ts';
import { capableOnHost } from '../probe-questions.ts';
import { hostDeviceUsed } from '../probe-words-of-places.ts';

const DEVICE: DeviceWish = {
  path: '^/dev/mapper(/control)?$',
  title: '/dev/mapper/control is within reach',
  type: 'c',
  major: 10,
  minor: 236,
  access: 'rw',
};

export default defineVector({
  id: 'device-mapper-exposed',
  title: 'Container can change the volumes of the host',
  mechanism: 'device-policy',
  phase: 'create',
  goal: 'host-data',
  severity: 'high',
  stride: 'TD',
  appliesTo: ['workload'],
  routes: [[opensDevice(DEVICE), capable('SYS_ADMIN')]],
  probe: allOf(hostDeviceUsed(DEVICE), capableOnHost('SYS_ADMIN')),
  why: 'ctl_ioctl() (drivers/md/dm-ioctl.c) asks capable(CAP_SYS_ADMIN) and then changes tables of every mapped device on the machine: LVM volumes and encrypted disks are suspended, redirected or, with their keys, listed.',
  fix: 'Let the host manage volumes.',
  refs: { cisDocker: ['5.18'], nist800190: ['3.4.3'], attack: ['T1611'], cwe: ['CWE-668'], docs: ['dmsetup(8)'] },
  examples: [
    { docker: 'run --cap-add SYS_ADMIN --device /dev/mapper/control debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked' },
    { docker: 'run --cap-add SYS_ADMIN --device /dev/mapper/control --runtime runsc debian', verdict: 'blocked' },
    {
      docker: 'run --cap-add SYS_ADMIN --device /dev/mapper/control debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
