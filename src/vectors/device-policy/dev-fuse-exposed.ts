import { type DeviceWish, kernelConfig, mountsSomewhere, opensDevice } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf } from '../probe.ts';
import { mountsAnywhere } from '../probe-questions.ts';
import { hostDeviceUsed } from '../probe-words-of-places.ts';

const DEVICE: DeviceWish = {
  path: '^/dev/fuse$',
  title: '/dev/fuse is within reach',
  type: 'c',
  major: 10,
  minor: 229,
  access: 'rw',
  mode: 'any',
};

export default defineVector({
  id: 'dev-fuse-exposed',
  title: 'Container can serve a file system to the host kernel',
  mechanism: 'device-policy',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'medium',
  stride: 'TD',
  appliesTo: ['workload'],
  routes: [[opensDevice(DEVICE), mountsSomewhere, kernelConfig('FUSE_FS', { usually: 'passes' })]],
  probe: allOf(hostDeviceUsed(DEVICE), mountsAnywhere),
  why: 'A process that answers for a file system decides how long kernel code waits and what it reads: the usual second half of a kernel exploit. Mounting it needs CAP_SYS_ADMIN over the own mount namespace (FS_USERNS_MOUNT, fs/fuse/inode.c, 4.18); the node is open to all.',
  fix: 'Mount outside and bind the result.',
  refs: { cisDocker: ['5.18'], nist800190: ['3.4.3'], attack: ['T1611'], cwe: ['CWE-668'], docs: ['fuse(4)'] },
  examples: [
    { docker: 'run --device /dev/fuse --cap-add SYS_ADMIN --security-opt apparmor=unconfined debian', verdict: 'open' },
    { docker: 'run --device /dev/fuse debian', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', verdict: 'blocked' },
    {
      docker: 'run --device /dev/fuse --cap-add SYS_ADMIN debian',
      host: '{ kernel: 6.8.0, lsm: [capability, yama, apparmor] }',
      verdict: 'blocked',
      depth: 1,
    },
    {
      docker: 'run --device /dev/fuse --cap-add SYS_ADMIN --security-opt apparmor=unconfined debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'open',
    },
    {
      docker:
        'run --device /dev/fuse --user 1000 --security-opt seccomp=unconfined --security-opt apparmor=unconfined debian',
      verdict: 'open',
    },
  ],
});
