import { type DeviceWish, opensDevice } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostDeviceUsed } from '../probe-words-of-places.ts';

const DEVICE: DeviceWish = {
  path: '^/dev/snd(/|$)',
  title: 'sound devices are within reach',
  type: 'c',
  major: 116,
  access: 'r',
  groups: ['audio'],
};

export default defineVector({
  id: 'sound-device-exposed',
  title: 'Container can listen through microphones of the host',
  mechanism: 'device-policy',
  phase: 'create',
  goal: 'information',
  severity: 'medium',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [[opensDevice(DEVICE)]],
  probe: hostDeviceUsed(DEVICE),
  why: 'A capture device of ALSA gives sound to whoever opens it (sound/core/pcm_native.c).',
  fix: 'Pass playback nodes only, or use a sound server with access control.',
  refs: {
    cisDocker: ['5.18'],
    nist800190: ['3.4.3'],
    attack: ['T1611'],
    cwe: ['CWE-668'],
    docs: ['Documentation/sound'],
  },
  examples: [
    { docker: 'run --device /dev/snd debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --device /dev/snd --runtime runsc debian', verdict: 'blocked' },
    { docker: 'run --device /dev/snd debian', withDaemon: '{"userns-remap":"default"}', verdict: 'blocked', depth: 1 },
  ],
});
