import { type DeviceWish, opensDevice } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostDeviceUsed } from '../probe-words-of-places.ts';

const DEVICE: DeviceWish = { path: '^/dev/(ipmi|bmc-)', title: '/dev/ipmi0 is within reach', type: 'c', access: 'rw' };

export default defineVector({
  id: 'ipmi-device-exposed',
  title: 'Container can command the management controller of the host',
  mechanism: 'device-policy',
  phase: 'create',
  goal: 'host-root',
  severity: 'high',
  stride: 'TDE',
  appliesTo: ['workload'],
  routes: [[opensDevice(DEVICE)]],
  probe: hostDeviceUsed(DEVICE),
  why: 'The controller below /dev/ipmi0 (drivers/char/ipmi) switches power, changes boot order and adds accounts for remote consoles; it asks no password of the machine it sits in.',
  fix: 'Do not pass the node; query sensors from the host.',
  refs: {
    cisDocker: ['5.18'],
    nist800190: ['3.4.3'],
    attack: ['T1611'],
    cwe: ['CWE-668'],
    docs: ['Documentation/driver-api/ipmi.rst'],
  },
  examples: [
    { docker: 'run --device /dev/ipmi0 debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --device /dev/ipmi0 --runtime runsc debian', verdict: 'blocked' },
    {
      docker: 'run --device /dev/ipmi0 debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
