import { type DeviceWish, opensDevice } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostDeviceUsed } from '../probe-words-of-places.ts';

const DEVICE: DeviceWish = { path: '^/dev/vfio(/|$)', title: '/dev/vfio/12 is within reach', type: 'c', access: 'rw' };

export default defineVector({
  id: 'dev-vfio-exposed',
  title: 'Container drives a hardware device with direct memory access',
  mechanism: 'device-policy',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'high',
  stride: 'TIE',
  appliesTo: ['workload'],
  routes: [[opensDevice(DEVICE)]],
  probe: hostDeviceUsed(DEVICE),
  why: "VFIO hands a device's registers and interrupts to the process (drivers/vfio). The IOMMU confines its memory accesses to what the process mapped, where it is on and groups are separate; firmware and peer devices of the group are in the attacker's hand.",
  fix: 'Give it to reviewed workloads only; one IOMMU group a tenant.',
  refs: {
    cisDocker: ['5.18'],
    nist800190: ['3.4.3'],
    attack: ['T1611'],
    cwe: ['CWE-668'],
    docs: ['Documentation/driver-api/vfio.rst'],
  },
  examples: [
    { docker: 'run --device /dev/vfio/12 debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --device /dev/vfio/12 --runtime runsc debian', verdict: 'blocked' },
    {
      docker: 'run --device /dev/vfio/12 debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
