import { all, any, type DeviceWish, fact, host, opensDevice, sharedKernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostDeviceUsed } from '../probe-words-of-places.ts';

const DEVICE: DeviceWish = {
  path: '^/dev/(nvidia|dri(/|$)|kfd|dxg|accel|apex_|davinci)',
  title: 'a graphics processor is within reach',
  type: 'c',
  access: 'rw',
  mode: 'any',
};

export default defineVector({
  id: 'gpu-device-exposed',
  title: 'Container can program a graphics processor of the host',
  mechanism: 'device-policy',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'medium',
  stride: 'IED',
  appliesTo: ['workload'],
  routes: [
    [opensDevice(DEVICE)],
    [
      fact('request.gpus', { matches: '.' }, 'device-policy', {
        absent: 'closed',
        title: 'asks for graphics processors',
      }),
      any(
        'its driver is reached',
        sharedKernel,
        all(
          "gVisor's nvproxy",
          fact('sandbox.kind', { is: 'user-space-kernel' }, 'user-space-kernel'),
          host('host.fact.gvisor-nvproxy', { is: true }),
        ),
      ),
    ],
  ],
  probe: hostDeviceUsed(DEVICE),
  why: 'Graphics drivers are some of the largest code in the kernel and take commands of any user that opens the node; memory of the processor is shared between tenants unless it is partitioned. Engines that add it run a hook of the vendor as root on the host.',
  fix: 'One device or partition (MIG, SR-IOV) a tenant, and the fewest driver capabilities.',
  refs: {
    cisDocker: ['5.18'],
    nist800190: ['3.4.3'],
    attack: ['T1611', 'T1068'],
    cwe: ['CWE-653'],
    cve: ['CVE-2024-0132', 'CVE-2025-23266'],
  },
  examples: [
    { docker: 'run --gpus all debian', verdict: 'open' },
    { docker: 'run --device /dev/dri debian', verdict: 'open' },
    { docker: 'run --device /dev/nvidia0 --user 1000 debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --device /dev/dri --runtime runsc debian', verdict: 'blocked' },
  ],
});
