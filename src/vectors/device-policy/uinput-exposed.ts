import { type DeviceWish, opensDevice } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostDeviceUsed } from '../probe-words-of-places.ts';

const DEVICE: DeviceWish = {
  path: '^/dev/(uinput|uhid)$',
  title: '/dev/uinput is within reach',
  type: 'c',
  major: 10,
  minor: 223,
  access: 'rw',
  groups: ['input'],
};

export default defineVector({
  id: 'uinput-exposed',
  title: 'Container can type on the host',
  mechanism: 'device-policy',
  phase: 'create',
  goal: 'host-service',
  severity: 'high',
  stride: 'TE',
  appliesTo: ['workload'],
  routes: [[opensDevice(DEVICE)]],
  probe: hostDeviceUsed(DEVICE),
  why: 'uinput and uhid make input devices that the whole machine obeys (uinput_create_device(), drivers/input/misc/uinput.c): a keyboard that types into whatever session is open.',
  fix: 'Do not pass the node.',
  refs: {
    cisDocker: ['5.18'],
    nist800190: ['3.4.3'],
    attack: ['T1611'],
    cwe: ['CWE-668'],
    docs: ['Documentation/input/uinput.rst'],
  },
  examples: [
    { docker: 'run --device /dev/uinput debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --device /dev/uinput --runtime runsc debian', verdict: 'blocked' },
    {
      docker: 'run --device /dev/uinput debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
