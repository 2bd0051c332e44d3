import { capable, mounted, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { ORDINARY_FILES } from '../host-files.data.ts';
import { allOf } from '../probe.ts';
import { sees } from '../probe-places.ts';
import { capableOnHost, passesFilter } from '../probe-questions.ts';

export default defineVector({
  id: 'cap-linux-immutable',
  title: 'Container can make files of the host unchangeable',
  mechanism: 'capability',
  phase: 'create',
  goal: 'host-data',
  severity: 'low',
  stride: 'TD',
  appliesTo: ['workload'],
  routes: [
    [
      capable('LINUX_IMMUTABLE'),
      mounted({
        types: ['bind'],
        source: ORDINARY_FILES,
        writable: true,
        title: 'a path of the host is mounted writable',
      }),
      syscall('ioctl'),
    ],
  ],
  probe: allOf(
    capableOnHost('LINUX_IMMUTABLE'),
    sees({ source: ORDINARY_FILES, writable: true }),
    passesFilter('ioctl'),
  ),
  why: "FS_IOC_SETFLAGS asks capable(CAP_LINUX_IMMUTABLE) for the immutable and append-only flags (fileattr_set_prepare(), fs/file_attr.c), in the initial user namespace. Logs lose their append-only flag, files can no longer be removed or updated by the host's tools.",
  fix: 'Drop it; mount read-only.',
  refs: {
    cisDocker: ['5.4'],
    cisKubernetes: ['5.2.9'],
    nist800190: ['3.4.3'],
    pss: ['baseline:capabilities_baseline', 'restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1070'],
    cwe: ['CWE-250'],
    docs: ['ioctl_iflags(2)'],
  },
  examples: [
    { docker: 'run --cap-add LINUX_IMMUTABLE -v /srv/data:/data debian', verdict: 'open' },
    { docker: 'run --cap-add LINUX_IMMUTABLE debian', verdict: 'blocked', depth: 1 },
    { docker: 'run -v /srv/data:/data debian', verdict: 'blocked', depth: 1 },
  ],
});
