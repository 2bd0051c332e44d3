import { type DeviceWish, opensDevice } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostDeviceUsed } from '../probe-words-of-places.ts';

const DEVICE: DeviceWish = {
  path: '^/dev/(video|media|v4l(/|$))',
  title: 'a video device is within reach',
  type: 'c',
  major: 81,
  access: 'rw',
  groups: ['video'],
};

export default defineVector({
  id: 'video-device-exposed',
  title: 'Container can watch through cameras of the host',
  mechanism: 'device-policy',
  phase: 'create',
  goal: 'information',
  severity: 'medium',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [[opensDevice(DEVICE)]],
  probe: hostDeviceUsed(DEVICE),
  why: 'A capture device of Video4Linux gives pictures to whoever opens it (drivers/media/v4l2-core).',
  fix: 'Pass a camera only to the workload that needs it.',
  refs: {
    cisDocker: ['5.18'],
    nist800190: ['3.4.3'],
    attack: ['T1611'],
    cwe: ['CWE-668'],
    docs: ['Documentation/userspace-api/media'],
  },
  examples: [
    { docker: 'run --device /dev/video0 debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --device /dev/video0 --runtime runsc debian', verdict: 'blocked' },
    {
      docker: 'run --device /dev/video0 debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
