import { type DeviceWish, opensDevice } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostDeviceUsed } from '../probe-words-of-places.ts';

const DEVICE: DeviceWish = {
  path: '^/dev/(mtd[0-9]|nvram|mei[0-9])',
  title: 'firmware storage is within reach',
  type: 'c',
  major: 90,
  access: 'rw',
};

export default defineVector({
  id: 'flash-device-exposed',
  title: 'Container can write firmware of the host',
  mechanism: 'device-policy',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'high',
  stride: 'TDE',
  appliesTo: ['workload'],
  routes: [[opensDevice(DEVICE)]],
  probe: hostDeviceUsed(DEVICE),
  why: 'MTD character devices write flash memory, firmware included (mtdchar_write(), drivers/mtd/mtdchar.c), with the mode of the node as the only check; what is written there outlives every reinstallation.',
  fix: 'Do not pass the node.',
  refs: {
    cisDocker: ['5.18'],
    nist800190: ['3.4.3'],
    attack: ['T1611'],
    cwe: ['CWE-668'],
    docs: ['Documentation/driver-api/mtd'],
  },
  examples: [
    { docker: 'run --device /dev/mtd0 debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --device /dev/mtd0 --runtime runsc debian', verdict: 'blocked' },
    { docker: 'run --device /dev/mtd0 debian', withDaemon: '{"userns-remap":"default"}', verdict: 'blocked', depth: 1 },
  ],
});
