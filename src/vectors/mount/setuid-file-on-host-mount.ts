import { host, mounted, ownsHostFiles } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { ORDINARY_FILES } from '../host-files.data.ts';
import { sees } from '../probe-places.ts';

export default defineVector({
  id: 'setuid-file-on-host-mount',
  title: 'Container can leave a set-user-id root program on the host',
  mechanism: 'mount',
  phase: 'create',
  goal: 'host-root',
  severity: 'medium',
  stride: 'TE',
  appliesTo: ['workload'],
  routes: [
    [
      mounted({
        types: ['bind'],
        source: ORDINARY_FILES,
        writable: true,
        title: 'a path of the host is mounted writable',
      }),
      ownsHostFiles,
      host(
        'host.fact.shared-paths-nosuid',
        { isNot: true },
        { usually: 'passes', title: "the host's own mount of the path is not nosuid" },
      ),
    ],
  ],
  probe: sees({ source: ORDINARY_FILES, writable: true, as: 'root' }),
  why: "The owner of a file may set its set-user-id bit (setattr_prepare(), fs/attr.c), and root without a user namespace makes files that root owns outside. An unprivileged account of the host executes it; options of the mount inside the container do not count there, only nosuid of the host's own mount does (mnt_may_suid(), fs/namespace.c).",
  fix: 'Keep shared paths on a host mount with nosuid; run as another user; mount read-only.',
  refs: {
    cisDocker: ['5.6'],
    cisKubernetes: ['5.2.11'],
    nist800190: ['3.4.3', '3.5.5'],
    pss: ['baseline:hostPathVolumes', 'restricted:restrictedVolumes'],
    owaspKubernetes: ['K01'],
    microsoftMatrix: ['MS-TA9013'],
    attack: ['T1548.001'],
    cwe: ['CWE-732'],
  },
  aliases: ['host-mount-without-nosuid-nodev'],
  examples: [
    // The read-only flag is the container's to take away; mount_setattr asks no LSM. Tried.
    {
      docker: 'run --cap-add SYS_ADMIN -v /srv/data:/data:ro debian',
      host: '{ lsm: [apparmor], kernel: 6.12.0 }',
      verdict: 'open',
    },
    {
      docker: 'run --cap-add SYS_ADMIN -v /srv/data:/data:ro debian',
      host: '{ lsm: [apparmor], kernel: 5.10.0 }',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run -v /srv/data:/data debian', verdict: 'open' },
    { docker: 'run -v /srv/data:/data:ro debian', verdict: 'blocked', depth: 1 },
    {
      docker: 'run -v /srv/data:/data --user 1000 --security-opt no-new-privileges debian',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run -v /srv/data:/data debian', withDaemon: '{"userns-remap":"default"}', verdict: 'blocked', depth: 1 },
    {
      docker: 'run -v /srv/data:/data debian',
      host: 'facts: { shared-paths-nosuid: true }',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run -v data:/data debian', verdict: 'blocked' },
  ],
});
