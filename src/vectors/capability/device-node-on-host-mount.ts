import { call } from '../../kernel/index.ts';
import { any, becomesRoot, capable, deviceAllowed, host, mounted, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { ORDINARY_FILES } from '../host-files.data.ts';
import { allOf, hostHas, passes } from '../probe.ts';
import { canBeRoot, sees } from '../probe-places.ts';
import { capableOnHost } from '../probe-questions.ts';

export default defineVector({
  id: 'device-node-on-host-mount',
  title: 'Container can leave a device node on the host for a user there',
  mechanism: 'capability',
  phase: 'create',
  goal: 'host-data',
  severity: 'medium',
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
      deviceAllowed('b', 'm'),
      mounted({
        types: ['bind'],
        source: ORDINARY_FILES,
        writable: true,
        title: 'a path of the host is mounted writable',
      }),
      becomesRoot,
      host(
        'host.fact.shared-paths-nodev',
        { isNot: true },
        { usually: 'passes', title: "the host's own mount of the path is not nodev" },
      ),
    ],
  ],
  probe: allOf(
    capableOnHost('MKNOD'),
    sees({ source: ORDINARY_FILES, writable: true }),
    canBeRoot,
    passes(['cannot-succeed'], call('mknodat', -1, '', 0x6000, 0)),
    hostHas(host('host.fact.shared-paths-nodev', { isNot: true }, { usually: 'passes' })),
  ),
  why: "The device rules of engines allow making every node (`b *:* m`), and the device controller does not hold for processes of the host. A node for the disk made in a bind mount, open to all, is opened by an unprivileged account outside. Only the host's own mount of the path can refuse that with nodev (may_open_dev(), fs/namei.c).",
  fix: 'Drop CAP_MKNOD (Podman and CRI-O do not give it); keep shared paths on a host mount with nodev.',
  refs: {
    cisDocker: ['5.4', '5.6'],
    nist800190: ['3.4.3'],
    pss: ['restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1611'],
    cwe: ['CWE-250', 'CWE-732'],
    docs: ['mknod(2)'],
  },
  examples: [
    { docker: 'run -v /srv/data:/data debian', verdict: 'open' },
    { docker: 'run -v /srv/data:/data:ro debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --cap-drop MKNOD -v /srv/data:/data debian', verdict: 'blocked', depth: 1 },
    { docker: 'run -v /srv/data:/data debian', withDaemon: '{"userns-remap":"default"}', verdict: 'blocked', depth: 1 },
    { podman: 'run -v /srv/data:/data debian', verdict: 'blocked' },
  ],
});
