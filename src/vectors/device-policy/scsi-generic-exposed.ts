import { type DeviceWish, opensDevice } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostDeviceUsed } from '../probe-words-of-places.ts';

const DEVICE: DeviceWish = {
  path: '^/dev/(sg[0-9]|bsg(/|$))',
  title: 'a SCSI generic node is within reach',
  type: 'c',
  major: 21,
  access: 'r',
  groups: ['disk'],
};

export default defineVector({
  id: 'scsi-generic-exposed',
  title: 'Container can send commands to disks of the host',
  mechanism: 'device-policy',
  phase: 'create',
  goal: 'host-data',
  severity: 'critical',
  stride: 'TID',
  appliesTo: ['workload'],
  routes: [[opensDevice(DEVICE)]],
  probe: hostDeviceUsed(DEVICE),
  why: 'SCSI generic nodes pass commands to the disk below every file system (sg_ioctl(), drivers/scsi/sg.c): reads of any block need the mode of the node only, writes and firmware commands CAP_SYS_RAWIO beside it (scsi_cmd_allowed(), drivers/scsi/scsi_ioctl.c).',
  fix: 'Do not pass the node.',
  refs: {
    cisDocker: ['5.18'],
    nist800190: ['3.4.3'],
    attack: ['T1611'],
    cwe: ['CWE-668'],
    docs: ['Documentation/scsi/scsi-generic.rst'],
  },
  examples: [
    { docker: 'run --device /dev/sg0 debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --device /dev/sg0 --runtime runsc debian', verdict: 'blocked' },
    { docker: 'run --device /dev/sg0 debian', withDaemon: '{"userns-remap":"default"}', verdict: 'blocked', depth: 1 },
  ],
});
