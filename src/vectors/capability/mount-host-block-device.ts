import { capable, mounts, reachesDevice } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf } from '../probe.ts';
import { usesDevice } from '../probe-places.ts';
import { capableOnHost, mounts as mountsAsked } from '../probe-questions.ts';

export default defineVector({
  id: 'mount-host-block-device',
  title: 'Container can mount a disk of the host',
  mechanism: 'capability',
  phase: 'create',
  goal: 'host-root',
  severity: 'critical',
  stride: 'TIDE',
  appliesTo: ['workload'],
  routes: [
    [
      capable('SYS_ADMIN'),
      reachesDevice({
        path: '^/dev/(sd|vd|xvd|hd|nvme\\d+n|dm-|mapper/|disk(/|$)|md\\d|mmcblk)',
        title: 'a block device of the host is within reach',
        type: 'b',
        any: true,
        access: 'r',
      }),
      mounts,
    ],
  ],
  probe: allOf(
    capableOnHost('SYS_ADMIN'),
    mountsAsked,
    usesDevice({
      path: '^/dev/(sd|vd|xvd|hd|nvme\\d+n|dm-|mapper/|disk(/|$)|md\\d|mmcblk)',
      type: 'b',
      any: true,
      access: 'r',
    }),
  ),
  why: "Mounting a block device needs CAP_SYS_ADMIN in the initial user namespace for file systems without FS_USERNS_MOUNT (mount_capable(), fs/super.c) and the device controller's consent (bdev_permission(), block/bdev.c); the mode bits of the node are not asked (lookup_bdev()). A mounted root file system of the host is read and written at will.",
  fix: 'Do not give CAP_SYS_ADMIN together with block devices; pass a file system, not a device.',
  refs: {
    cisDocker: ['5.4', '5.18'],
    cisKubernetes: ['5.2.9'],
    nist800190: ['3.4.3'],
    pss: ['baseline:capabilities_baseline', 'restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1611'],
    kubehound: ['CE_PRIV_MOUNT'],
    cwe: ['CWE-250', 'CWE-668'],
    docs: ['mount(2)'],
  },
  examples: [
    { docker: 'run --privileged debian', verdict: 'open' },
    { docker: 'run debian', host: 'lsm: [capability, yama]', verdict: 'blocked' },
    { docker: 'run --cap-add SYS_ADMIN --device /dev/sda --security-opt apparmor=unconfined debian', verdict: 'open' },
    {
      docker: 'run --cap-add SYS_ADMIN --device /dev/sda debian',
      host: '{ kernel: 6.8.0, lsm: [capability, yama, apparmor] }',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run --cap-add SYS_ADMIN debian', host: 'lsm: [capability, yama]', verdict: 'blocked' },
    {
      docker: "run --cap-add SYS_ADMIN --device-cgroup-rule 'b *:* rwm' --security-opt apparmor=unconfined debian",
      verdict: 'open',
    },
    { docker: 'run --device /dev/sda --security-opt apparmor=unconfined debian', verdict: 'blocked' },
  ],
});
