import { type DeviceWish, kernel, opensDevice } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostDeviceUsed } from '../probe-words-of-places.ts';

const DEVICE: DeviceWish = {
  path: '^/dev/userfaultfd$',
  title: '/dev/userfaultfd is within reach',
  type: 'c',
  access: 'r',
};

export default defineVector({
  id: 'userfaultfd-device-exposed',
  title: 'Container can halt kernel code at its page faults',
  mechanism: 'device-policy',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'medium',
  stride: 'E',
  appliesTo: ['workload'],
  routes: [[opensDevice(DEVICE), kernel({ since: '6.1' })]],
  probe: hostDeviceUsed(DEVICE, { builtIn: 'userfaultfd' }),
  why: '/dev/userfaultfd (6.1) gives descriptors that handle faults of kernel code, too, whatever vm.unprivileged_userfaultfd and the seccomp filter say of the system call (userfaultfd_dev_ioctl(), fs/userfaultfd.c): races in the kernel become reliable.',
  fix: 'Do not pass the node.',
  refs: {
    cisDocker: ['5.18'],
    nist800190: ['3.4.3'],
    attack: ['T1611', 'T1068'],
    cwe: ['CWE-668'],
    docs: ['Documentation/admin-guide/mm/userfaultfd.rst'],
  },
  examples: [
    { docker: 'run --device /dev/userfaultfd debian', host: 'kernel: 6.1.0', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked' },
    { docker: 'run --device /dev/userfaultfd debian', host: 'kernel: 5.15.0', verdict: 'blocked', depth: 1 },
    {
      docker: 'run --device /dev/userfaultfd debian',
      host: 'kernel: 6.1.0',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
