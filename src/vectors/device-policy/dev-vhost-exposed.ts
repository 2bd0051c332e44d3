import { type DeviceWish, opensDevice } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostDeviceUsed } from '../probe-words-of-places.ts';

const DEVICE: DeviceWish = {
  path: '^/dev/vhost-',
  title: '/dev/vhost-net is within reach',
  type: 'c',
  major: 10,
  minor: 238,
  access: 'rw',
  groups: ['kvm'],
};

export default defineVector({
  id: 'dev-vhost-exposed',
  title: 'Container can drive the vhost workers of the kernel',
  mechanism: 'device-policy',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'medium',
  stride: 'ED',
  appliesTo: ['workload'],
  routes: [[opensDevice(DEVICE)]],
  probe: hostDeviceUsed(DEVICE),
  why: 'vhost moves packets and messages in kernel threads from memory that the caller names (vhost_dev_ioctl(), drivers/vhost/vhost.c); with vhost-vsock the container poses as a guest to services of the host that listen on vsock.',
  fix: 'Grant it to virtual machine monitors only.',
  refs: {
    cisDocker: ['5.18'],
    nist800190: ['3.4.3'],
    attack: ['T1611', 'T1068'],
    cwe: ['CWE-668'],
    docs: ['vsock(7)'],
  },
  examples: [
    { docker: 'run --device /dev/vhost-net debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --device /dev/vhost-net --runtime runsc debian', verdict: 'blocked' },
    {
      docker: 'run --device /dev/vhost-net debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
