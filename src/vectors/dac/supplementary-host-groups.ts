import { any, deviceNode, inHostGroup, mounted } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf } from '../probe.ts';
import { inGroup, sees, usesDevice } from '../probe-places.ts';

const GROUPS = [
  'docker',
  'disk',
  'lxd',
  'libvirt',
  'kmem',
  'shadow',
  'adm',
  'systemd-journal',
  'kvm',
  'video',
  'input',
  'sudo',
  'wheel',
];

/** Beside disks: systemd's rules.d/50-udev-default.rules and MAKEDEV give these to groups. */
const DEVICES = '^/dev/(kvm|dri/|video|input/|snd/|mem$|port$|vhost)';

export default defineVector({
  id: 'supplementary-host-groups',
  title: 'Container is a member of a privileged group of the host',
  mechanism: 'dac',
  phase: 'create',
  goal: 'host-data',
  severity: 'medium',
  stride: 'TIE',
  appliesTo: ['workload'],
  routes: [
    [
      inHostGroup(GROUPS),
      any(
        'an object of the host',
        mounted({ types: ['bind'], title: 'a path of the host is mounted' }),
        deviceNode(DEVICES, 'a device of the host that such groups open is in the container', {
          type: 'b',
          access: 'r',
        }),
      ),
    ],
  ],
  probe: allOf(
    inGroup(...GROUPS),
    anyOf(
      sees({ source: '.' }),
      usesDevice({ type: 'b', access: 'r', any: true, given: true }),
      usesDevice({ type: 'c', access: 'r', path: DEVICES, given: true }),
    ),
  ),
  why: "Group numbers are those of the host where there is no user namespace (in_group_p(), kernel/groups.c): a container user in the group of disks, the engine's socket or the shadow file opens them wherever they are mounted, without being root.",
  fix: 'Use a group of its own for the shared files.',
  refs: { attack: ['T1611'], cisDocker: ['1.1.2'], nist800190: ['3.5.4'], cwe: ['CWE-266'], docs: ['credentials(7)'] },
  examples: [
    { docker: 'run --user 1000 --group-add disk --device /dev/sda debian', verdict: 'open' },
    { docker: 'run --user 1000 --group-add kvm --device /dev/kvm debian', verdict: 'open' },
    { docker: 'run --user 1000 --group-add 999 -v /srv:/srv debian', verdict: 'unknown' },
    { docker: 'run --user 1000:1000 -v /srv:/srv debian', verdict: 'blocked' },
    { docker: 'run debian', verdict: 'blocked' },
    {
      docker: 'run --user 1000 --group-add 999 -v /srv:/srv debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
    },
  ],
});
