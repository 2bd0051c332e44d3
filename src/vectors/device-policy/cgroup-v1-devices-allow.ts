import { call } from '../../kernel/index.ts';
import { any, capable, host, mounted, mounts, rootMapsToHost, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, passes, says } from '../probe.ts';
import { canBeHostRoot, hasMounted } from '../probe-places.ts';
import { capableOnHost, mounts as mountsAsked } from '../probe-questions.ts';

export default defineVector({
  id: 'cgroup-v1-devices-allow',
  title: 'Container can allow itself every device of the host',
  mechanism: 'device-policy',
  phase: 'create',
  goal: 'host-data',
  severity: 'high',
  stride: 'TIE',
  appliesTo: ['workload'],
  routes: [
    [
      capable('SYS_ADMIN'),
      rootMapsToHost,
      any(
        'the devices hierarchy, writable',
        mounted({ types: ['cgroup'], writable: true, title: 'the cgroup file system is mounted writable' }),
        mounts,
      ),
      host('host.cgroup', { in: ['v1', 'hybrid'] }, { title: 'the device controller is of cgroup v1' }),
      capable('MKNOD'),
      any('a call that makes a node', syscall('mknod'), syscall('mknodat')),
    ],
  ],
  probe: allOf(
    capableOnHost('SYS_ADMIN'),
    capableOnHost('MKNOD'),
    canBeHostRoot,
    says('/proc/{pid}/cgroup', { matches: '^[0-9]+:([^:]*,)?devices[:,]', outside: true, mechanism: 'kernel' }),
    anyOf(hasMounted({ types: ['cgroup'], writable: true }), mountsAsked),
    passes(['cannot-succeed'], call('mknodat', -100, '', 0o60600, 0)),
  ),
  why: 'On cgroup v1 the rules are a file, devices.allow: devcgroup_update_access() (security/device_cgroup.c) asks capable(CAP_SYS_ADMIN) and that the parent group allows as much, which those of engines do. Then mknod(2) makes the node of a disk. On v2 the rules are a BPF program that only the engine can replace.',
  fix: 'Do not add SYS_ADMIN, drop MKNOD, use cgroup v2.',
  refs: {
    attack: ['T1611'],
    cisDocker: ['5.18', '5.4'],
    nist800190: ['3.4.3'],
    cwe: ['CWE-732'],
    docs: ['Documentation/admin-guide/cgroup-v1/devices.rst'],
  },
  examples: [
    {
      docker: 'run --cap-add SYS_ADMIN --security-opt apparmor=unconfined debian',
      host: 'cgroup: v1',
      verdict: 'open',
    },
    {
      docker: 'run --cap-add SYS_ADMIN --security-opt apparmor=unconfined debian',
      host: 'cgroup: v2',
      verdict: 'blocked',
      depth: 1,
    },
    {
      docker: 'run --cap-add SYS_ADMIN --cap-drop MKNOD --security-opt apparmor=unconfined debian',
      host: 'cgroup: v1',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run debian', verdict: 'blocked' },
  ],
});
