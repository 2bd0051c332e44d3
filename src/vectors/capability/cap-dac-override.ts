import { capableOnHostFiles, mounted } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { OVERRIDABLE_FILES } from '../host-files.data.ts';
import { allOf } from '../probe.ts';
import { sees } from '../probe-places.ts';
import { capableOverHostFiles } from '../probe-questions.ts';

export default defineVector({
  id: 'cap-dac-override',
  title: 'Container can write files of every user below a bind mount',
  mechanism: 'capability',
  phase: 'create',
  goal: 'host-data',
  severity: 'medium',
  stride: 'TI',
  appliesTo: ['workload'],
  routes: [
    [
      capableOnHostFiles('DAC_OVERRIDE'),
      mounted({
        types: ['bind'],
        source: OVERRIDABLE_FILES,
        writable: true,
        title: 'a path of the host is mounted writable',
      }),
    ],
  ],
  probe: allOf(capableOverHostFiles('DAC_OVERRIDE'), sees({ source: OVERRIDABLE_FILES, writable: true })),
  why: 'capable_wrt_inode_uidgid(CAP_DAC_OVERRIDE) (generic_permission(), fs/namei.c) lets root of the initial user namespace pass every mode bit, so a bind mount gives files of all users of the host below it, not only those of root.',
  fix: 'cap_drop ALL and run as the owner of the data; mount read-only where reading is enough.',
  refs: {
    cisDocker: ['5.4'],
    nist800190: ['3.4.3'],
    pss: ['restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1611'],
    cwe: ['CWE-250', 'CWE-732'],
    docs: ['capabilities(7)'],
  },
  examples: [
    // The read-only flag is the container's to take away; mount_setattr asks no LSM. Tried.
    {
      docker: 'run --cap-add SYS_ADMIN --cap-add DAC_OVERRIDE -v /srv/data:/data:ro debian',
      host: '{ lsm: [apparmor], kernel: 6.12.0 }',
      verdict: 'open',
    },
    {
      docker: 'run --cap-add SYS_ADMIN --cap-add DAC_OVERRIDE -v /srv/data:/data:ro debian',
      host: '{ lsm: [apparmor], kernel: 5.10.0 }',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run -v /srv/data:/data debian', verdict: 'open' },
    { docker: 'run -v /srv/data:/data:ro debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --cap-drop DAC_OVERRIDE -v /srv/data:/data debian', verdict: 'blocked', depth: 1 },
    { docker: 'run -v /srv/data:/data debian', withDaemon: '{"userns-remap":"default"}', verdict: 'blocked', depth: 1 },
    { docker: 'run -v data:/data debian', verdict: 'blocked' },
  ],
});
