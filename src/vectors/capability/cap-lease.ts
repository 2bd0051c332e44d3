import { capable, mounted, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf } from '../probe.ts';
import { sees } from '../probe-places.ts';
import { capableOnHost, passesFilter } from '../probe-questions.ts';

export default defineVector({
  id: 'cap-lease',
  title: 'Container can hold up access to files of other users',
  mechanism: 'capability',
  phase: 'create',
  goal: 'denial-of-service',
  severity: 'low',
  stride: 'D',
  appliesTo: ['workload'],
  routes: [[capable('LEASE'), mounted({ types: ['bind'], title: 'a path of the host is mounted' }), syscall('fcntl')]],
  probe: allOf(capableOnHost('LEASE'), sees({ source: '.' }), passesFilter('fcntl')),
  why: 'vfs_setlease() (fs/locks.c) asks capable(CAP_LEASE) for leases on files of other owners: whoever opens such a file waits until the holder gives way or fs.lease-break-time is over.',
  fix: 'Drop it.',
  refs: {
    cisDocker: ['5.4'],
    cisKubernetes: ['5.2.9'],
    nist800190: ['3.4.3'],
    pss: ['baseline:capabilities_baseline', 'restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1499'],
    cwe: ['CWE-250'],
    docs: ['fcntl(2)'],
  },
  examples: [
    { docker: 'run --cap-add LEASE -v /srv/data:/data debian', verdict: 'open' },
    { docker: 'run -v /srv/data:/data debian', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', verdict: 'blocked', depth: 2 },
  ],
});
