import { any, capableOnHostFiles, mounted } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { OVERRIDABLE_FILES } from '../host-files.data.ts';
import { allOf, anyOf } from '../probe.ts';
import { sees } from '../probe-places.ts';
import { capableOverHostFiles } from '../probe-questions.ts';

export default defineVector({
  id: 'cap-chown-fowner',
  title: 'Container can give files of the host to other owners',
  mechanism: 'capability',
  phase: 'create',
  goal: 'host-data',
  severity: 'low',
  stride: 'TE',
  appliesTo: ['workload'],
  routes: [
    [
      any('over the files', capableOnHostFiles('CHOWN'), capableOnHostFiles('FOWNER')),
      mounted({
        types: ['bind'],
        source: OVERRIDABLE_FILES,
        writable: true,
        title: 'a path of the host is mounted writable',
      }),
    ],
  ],
  probe: allOf(
    anyOf(capableOverHostFiles('CHOWN'), capableOverHostFiles('FOWNER')),
    sees({ source: OVERRIDABLE_FILES, writable: true }),
  ),
  why: "CAP_CHOWN and CAP_FOWNER pass the owner checks of setattr_prepare() (fs/attr.c) where the inode's owner is mapped into the user namespace. On a bind mount owner, mode and times of every file of the host below it can be changed.",
  fix: 'cap_drop ALL; mount read-only.',
  refs: {
    cisDocker: ['5.4'],
    nist800190: ['3.4.3'],
    pss: ['restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    cwe: ['CWE-250', 'CWE-732'],
    docs: ['capabilities(7)'],
  },
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
    { docker: 'run --cap-drop ALL -v /srv/data:/data debian', verdict: 'blocked', depth: 1 },
    { docker: 'run -v /srv/data:/data:ro debian', verdict: 'blocked', depth: 1 },
    { docker: 'run -v /srv/data:/data debian', withDaemon: '{"userns-remap":"default"}', verdict: 'blocked', depth: 1 },
  ],
});
