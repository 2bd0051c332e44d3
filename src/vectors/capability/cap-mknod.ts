import { any, capable, deviceAllowed, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { usesDevice } from '../probe-places.ts';

export default defineVector({
  id: 'cap-mknod',
  title: 'Container can make and open a node for a disk of the host',
  mechanism: 'capability',
  phase: 'create',
  goal: 'host-root',
  severity: 'critical',
  stride: 'TIE',
  appliesTo: ['workload'],
  routes: [
    [
      capable('MKNOD'),
      any(
        'a call that makes nodes',
        syscall('mknodat', { 2: { mask: '0xf000', value: '0x6000' } }),
        syscall('mknod', { 1: { mask: '0xf000', value: '0x6000' } }),
      ),
      deviceAllowed('b', 'rm'),
    ],
  ],
  probe: usesDevice({ path: '.', type: 'b', access: 'r', any: true, made: true }),
  why: 'vfs_mknod() (fs/namei.c) asks capable(CAP_MKNOD) in the initial user namespace and the device controller for `m`; opening the node asks the controller for `r` or `w`. Engines let every node be made but only harmless ones be opened: a wider rule makes the disks of the host readable by number.',
  fix: 'Drop CAP_MKNOD and name the exact devices instead of wide device rules.',
  refs: {
    cisDocker: ['5.4', '5.18'],
    nist800190: ['3.4.3'],
    pss: ['restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1611'],
    cwe: ['CWE-250'],
    docs: ['mknod(2)', 'cgroup device controller'],
  },
  examples: [
    { docker: "run --device-cgroup-rule 'b *:* rmw' debian", verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: "run --device-cgroup-rule 'b *:* rmw' --cap-drop MKNOD debian", verdict: 'blocked', depth: 1 },
    {
      docker: "run --device-cgroup-rule 'b *:* rmw' debian",
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run --privileged debian', verdict: 'open' },
    // Whoever makes a node owns it: no root is needed beside the capability. Tried.
    {
      oci: '{"ociVersion":"1.0.2","process":{"user":{"uid":1000,"gid":1000},"noNewPrivileges":true,"capabilities":{"bounding":["CAP_MKNOD"],"permitted":["CAP_MKNOD"],"inheritable":["CAP_MKNOD"],"ambient":["CAP_MKNOD"]}},"linux":{"resources":{"devices":[{"allow":true,"access":"rwm"}]}}}',
      verdict: 'open',
    },
  ],
});
