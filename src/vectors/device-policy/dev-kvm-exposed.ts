import { type DeviceWish, opensDevice } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostDeviceUsed } from '../probe-words-of-places.ts';

const DEVICE: DeviceWish = {
  path: '^/dev/kvm$',
  title: '/dev/kvm is within reach',
  type: 'c',
  major: 10,
  minor: 232,
  access: 'rw',
  groups: ['kvm'],
  hostNode: '/dev/kvm',
};

export default defineVector({
  id: 'dev-kvm-exposed',
  title: "Container can run virtual machines on the host's KVM",
  mechanism: 'device-policy',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'medium',
  stride: 'ED',
  appliesTo: ['workload'],
  routes: [[opensDevice(DEVICE)]],
  probe: hostDeviceUsed(DEVICE),
  why: 'KVM ioctls reach a large part of the kernel that runs with its rights (kvm_dev_ioctl(), virt/kvm/kvm_main.c); faults in it led to the host. It needs no capability, only a node whose mode lets the user in: 0666 by systemd, 0660 of group kvm on Debian.',
  fix: 'Grant it through a device plug-in to reviewed workloads only.',
  refs: {
    cisDocker: ['5.18'],
    nist800190: ['3.4.3'],
    attack: ['T1611', 'T1068'],
    cwe: ['CWE-668'],
    docs: ['Documentation/virt/kvm/api.rst'],
  },
  aliases: ['dev-kvm-vhost-exposed'],
  examples: [
    { docker: 'run --device /dev/kvm debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --device /dev/kvm debian', withDaemon: '{"userns-remap":"default"}', verdict: 'unknown' },
    { docker: 'run --device /dev/kvm --user 1000 --group-add kvm debian', verdict: 'open' },
    { docker: 'run --device /dev/kvm --runtime runsc debian', verdict: 'blocked' },
  ],
});
