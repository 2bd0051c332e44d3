import { type DeviceWish, opensDevice } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostDeviceUsed } from '../probe-words-of-places.ts';

const DEVICE: DeviceWish = {
  path: '^/dev/kmsg$',
  title: '/dev/kmsg is within reach',
  type: 'c',
  major: 1,
  minor: 11,
  access: 'w',
};

export default defineVector({
  id: 'dev-kmsg-exposed',
  title: 'Container can write into the kernel log',
  mechanism: 'device-policy',
  phase: 'create',
  goal: 'host-service',
  severity: 'low',
  stride: 'SR',
  appliesTo: ['workload'],
  routes: [[opensDevice(DEVICE)]],
  probe: hostDeviceUsed(DEVICE, { opens: true }),
  why: 'Lines written to /dev/kmsg stand in the log beside those of the kernel (devkmsg_write(), kernel/printk/printk.c, 3.5): faults can be invented and alarms be drowned. Reading is decided as for syslog(2).',
  fix: 'Do not pass the node; keep container logs elsewhere.',
  refs: {
    cisDocker: ['5.18'],
    nist800190: ['3.4.3'],
    attack: ['T1070'],
    cwe: ['CWE-668'],
    docs: ['Documentation/ABI/testing/dev-kmsg'],
  },
  examples: [
    { docker: 'run --device /dev/kmsg debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --device /dev/kmsg --runtime runsc debian', verdict: 'blocked' },
    { docker: 'run --device /dev/kmsg debian', withDaemon: '{"userns-remap":"default"}', verdict: 'blocked', depth: 1 },
  ],
});
