import { becomesRoot, type DeviceWish, deviceNode, fact, opensDevice } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostDeviceUsed } from '../probe-words-of-places.ts';

const DEVICE: DeviceWish = {
  path: '^/dev/(sd|vd|xvd|hd|nvme[0-9]+n|dm-|mapper/(?!control$)|disk(/|$)|md[0-9]|mmcblk|nbd|rbd)',
  title: 'a block device of the host is within reach',
  type: 'b',
  access: 'r',
  groups: ['disk'],
  any: true,
};

export default defineVector({
  id: 'block-device-exposed',
  title: 'Container can read a disk of the host',
  mechanism: 'device-policy',
  phase: 'create',
  goal: 'host-data',
  severity: 'critical',
  stride: 'TIDE',
  appliesTo: ['workload'],
  routes: [
    [opensDevice(DEVICE)],
    [
      fact('sandbox.kind', { is: 'hypervisor' }, 'hypervisor', {
        title: 'a virtual machine, to which block devices are passed on',
      }),
      deviceNode(
        '^/dev/(sd|vd|xvd|hd|nvme[0-9]+n|dm-|mapper/(?!control$)|disk(/|$)|md[0-9]|mmcblk|nbd|rbd)',
        'a block device of the host is handed in',
        { access: 'r', type: 'b' },
      ),
      becomesRoot,
    ],
  ],
  probe: hostDeviceUsed(DEVICE),
  why: "The open of a block device asks the node's mode and the device controller, no capability (blkdev_open(), block/fops.c). Below the file system there are no owners: every file of the host, keys and password hashes included, is in it, and write access changes them. Kata Containers passes such devices into the guest.",
  fix: 'Remove it; use a file system volume.',
  refs: {
    cisDocker: ['5.18', '5.5'],
    nist800190: ['3.4.3'],
    attack: ['T1611'],
    kubehound: ['CE_PRIV_MOUNT'],
    cwe: ['CWE-668'],
  },
  examples: [
    { docker: 'run --device /dev/sda debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --device /dev/mapper/vg0-root:/dev/xvda:r debian', verdict: 'open' },
    { docker: 'run --device /dev/vg0/root debian', verdict: 'unknown' },
    { docker: 'run --device /dev/sda debian', withDaemon: '{"userns-remap":"default"}', verdict: 'blocked', depth: 1 },
    { docker: 'run --device /dev/sda --user 1000 --security-opt no-new-privileges debian', verdict: 'blocked' },
    { docker: 'run --user 1000 --group-add disk --device /dev/sda debian', verdict: 'open' },
    { docker: 'run --device /dev/kvm debian', verdict: 'blocked' },
    { docker: 'run --privileged debian', verdict: 'open' },
    { docker: 'run --device /dev/sda --runtime kata debian', verdict: 'open' },
    { docker: 'run -v /dev:/dev debian', verdict: 'blocked', depth: 1 },
  ],
});
