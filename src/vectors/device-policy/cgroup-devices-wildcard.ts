import {
  any,
  becomesRoot,
  capable,
  deviceAllowed,
  isHostRoot,
  mounted,
  sharedKernel,
  syscall,
} from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, sharesKernel } from '../probe.ts';
import { canBeRoot, sees, usesDevice } from '../probe-places.ts';

/** A block device, memory, machine registers, USB, input: the least that a wide rule gives. */
const WIDE = [
  { type: 'b', access: 'r', any: true },
  { type: 'c', access: 'r', major: 1, minor: 1 },
  ...[202, 189, 13].map((major) => ({ type: 'c', access: 'r', major }) as const),
] as const;

export default defineVector({
  id: 'cgroup-devices-wildcard',
  title: 'Device rules let the container use hardware that was not handed in',
  mechanism: 'device-policy',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'high',
  stride: 'TIE',
  appliesTo: ['workload'],
  routes: [
    [
      capable('MKNOD'),
      any(
        'a wide rule',
        deviceAllowed('b', 'rm'),
        deviceAllowed('c', 'rm', 1, 1),
        deviceAllowed('c', 'rm', 202),
        deviceAllowed('c', 'rm', 189),
        deviceAllowed('c', 'rm', 13),
      ),
      any('a call that makes nodes', syscall('mknodat'), syscall('mknod')),
      becomesRoot,
    ],
    [
      sharedKernel,
      mounted({ types: ['bind'], source: '^/$|^/dev$', title: "the host's /dev is mounted" }),
      any(
        'a wide rule',
        deviceAllowed('b', 'r'),
        deviceAllowed('c', 'r', 1, 1),
        deviceAllowed('c', 'r', 202),
        deviceAllowed('c', 'r', 189),
        deviceAllowed('c', 'r', 13),
      ),
      isHostRoot,
    ],
  ],
  probe: anyOf(
    allOf(sharesKernel, canBeRoot, anyOf(...WIDE.map((device) => usesDevice({ ...device, made: true })))),
    allOf(sharesKernel, sees({ source: '^/$|^/dev$', as: 'root' }), anyOf(...WIDE.map(usesDevice))),
  ),
  why: 'A rule for a whole class (`c 189:* rmw`, `b *:* rw`) holds for devices that appear later and for those nobody thought of; CAP_MKNOD makes the node, or a bound /dev has it (devcgroup_check_permission(), security/device_cgroup.c; BPF_PROG_TYPE_CGROUP_DEVICE).',
  fix: 'List exact numbers; drop CAP_MKNOD.',
  refs: { cisDocker: ['5.18', '5.4'], nist800190: ['3.4.3'], attack: ['T1611'], cwe: ['CWE-668'] },
  examples: [
    { docker: "run --device-cgroup-rule 'c 189:* rmw' debian", verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: "run --device-cgroup-rule 'c 189:* rmw' --cap-drop MKNOD debian", verdict: 'blocked', depth: 1 },
    { docker: "run --device-cgroup-rule 'c 189:* r' -v /dev:/dev --cap-drop MKNOD debian", verdict: 'open' },
    { docker: 'run --privileged debian', verdict: 'open' },
    {
      docker: "run --device-cgroup-rule 'c 189:* rmw' debian",
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
