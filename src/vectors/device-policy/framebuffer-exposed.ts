import { type DeviceWish, opensDevice } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostDeviceUsed } from '../probe-words-of-places.ts';

const DEVICE: DeviceWish = {
  path: '^/dev/fb[0-9]',
  title: '/dev/fb0 is within reach',
  type: 'c',
  major: 29,
  access: 'r',
  groups: ['video'],
};

export default defineVector({
  id: 'framebuffer-exposed',
  title: 'Container can read the screen of the host',
  mechanism: 'device-policy',
  phase: 'create',
  goal: 'information',
  severity: 'medium',
  stride: 'TI',
  appliesTo: ['workload'],
  routes: [[opensDevice(DEVICE)]],
  probe: hostDeviceUsed(DEVICE),
  why: 'The frame buffer is the screen as memory (fb_read(), drivers/video/fbdev/core/fb_chrdev.c): it can be read and painted over.',
  fix: 'Do not pass the node.',
  refs: {
    cisDocker: ['5.18'],
    nist800190: ['3.4.3'],
    attack: ['T1611'],
    cwe: ['CWE-668'],
    docs: ['Documentation/fb/framebuffer.rst'],
  },
  examples: [
    { docker: 'run --device /dev/fb0 debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --device /dev/fb0 --runtime runsc debian', verdict: 'blocked' },
    { docker: 'run --device /dev/fb0 debian', withDaemon: '{"userns-remap":"default"}', verdict: 'blocked', depth: 1 },
  ],
});
