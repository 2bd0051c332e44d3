import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'storage-driver-legacy',
  title: 'Engine stores images with a driver that is given up or made for tests',
  mechanism: 'daemon',
  phase: 'host',
  goal: 'host-service',
  severity: 'low',
  stride: 'D',
  appliesTo: ['engine'],
  routes: [
    [
      fact('daemon.storage-driver', { in: ['aufs', 'devicemapper', 'overlay', 'vfs'] }, 'daemon', {
        absent: 'closed',
        set: 'overlay2',
        title: 'the driver is a legacy one',
      }),
    ],
  ],
  why: 'aufs, overlay and devicemapper are gone from Docker since 24 and 25, so that the engine stays on a release without security updates; vfs copies each layer whole, and any container can fill the disk by being started.',
  fix: 'Move to `overlay2`, or to the containerd snapshotter.',
  refs: {
    attack: ['T1499.001'],
    cisDocker: ['2.6', '1.2.2'],
    nist800190: ['3.4.1'],
    cwe: ['CWE-1104'],
    docs: ['Docker Engine, deprecated features'],
  },
  examples: [
    { daemon: '{"storage-driver":"devicemapper"}', verdict: 'open' },
    { daemon: '{"storage-driver":"vfs"}', verdict: 'open' },
    { daemon: '{"storage-driver":"overlay2"}', verdict: 'blocked', depth: 1 },
    { daemon: '{}', verdict: 'blocked' },
  ],
});
