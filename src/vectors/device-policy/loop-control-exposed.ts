import { type DeviceWish, opensDevice } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostDeviceUsed } from '../probe-words-of-places.ts';

const DEVICE: DeviceWish = {
  path: '^/dev/loop-control$',
  title: '/dev/loop-control is within reach',
  type: 'c',
  major: 10,
  minor: 237,
  access: 'r',
  groups: ['disk'],
};

export default defineVector({
  id: 'loop-control-exposed',
  title: 'Container can add loop devices on the host',
  mechanism: 'device-policy',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'medium',
  stride: 'TD',
  appliesTo: ['workload'],
  routes: [[opensDevice(DEVICE)]],
  probe: hostDeviceUsed(DEVICE),
  why: "LOOP_CTL_GET_FREE adds block devices to the one machine (loop_control_ioctl(), drivers/block/loop.c) and asks for no capability; together with CAP_SYS_ADMIN forged file system images reach the kernel's parsers.",
  fix: 'Prepare the image on the host and mount it there.',
  refs: { cisDocker: ['5.18'], nist800190: ['3.4.3'], attack: ['T1611'], cwe: ['CWE-668'], docs: ['loop(4)'] },
  examples: [
    { docker: 'run --device /dev/loop-control debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --device /dev/loop-control --runtime runsc debian', verdict: 'blocked' },
    {
      docker: 'run --device /dev/loop-control debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
