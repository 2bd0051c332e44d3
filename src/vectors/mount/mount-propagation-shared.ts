import { initialUserNamespace, mounted, mounts } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, shares, sharesKernel } from '../probe.ts';
import { sees } from '../probe-places.ts';
import { mounts as mountsAsked } from '../probe-questions.ts';

export default defineVector({
  id: 'mount-propagation-shared',
  title: 'Container can put mounts into the host',
  mechanism: 'mount',
  phase: 'create',
  goal: 'host-service',
  severity: 'medium',
  stride: 'TD',
  appliesTo: ['workload'],
  routes: [
    [
      mounted({
        types: ['bind'],
        propagation: 'shared',
        title: 'a path of the host is mounted with shared propagation',
      }),
      mounts,
      initialUserNamespace,
    ],
  ],
  probe: allOf(sharesKernel, shares('user', 'kernel'), sees({ source: '.', propagation: 'shared' }), mountsAsked),
  why: 'What is mounted below a shared bind appears on the host (attach_recursive_mnt(), fs/namespace.c): programs and configuration there are covered. A mount namespace of another user namespace has its copies turned into slaves (CL_SHARED_TO_SLAVE, copy_mnt_ns()), so nothing flows back.',
  fix: 'Use rprivate or rslave.',
  refs: {
    cisDocker: ['5.20'],
    cisKubernetes: ['5.2.11'],
    nist800190: ['3.4.3', '3.5.5'],
    pss: ['baseline:hostPathVolumes', 'restricted:restrictedVolumes'],
    owaspKubernetes: ['K01'],
    microsoftMatrix: ['MS-TA9013'],
    attack: ['T1611'],
    cwe: ['CWE-668'],
    docs: ['mount_namespaces(7)'],
  },
  examples: [
    {
      docker: 'run -v /mnt:/mnt:rshared --cap-add SYS_ADMIN --security-opt apparmor=unconfined debian',
      verdict: 'open',
    },
    { docker: 'run -v /mnt:/mnt:rshared debian', verdict: 'blocked' },
    { docker: 'run -v /mnt:/mnt --privileged debian', verdict: 'blocked', depth: 1 },
    {
      docker: 'run -v /mnt:/mnt:rshared --cap-add SYS_ADMIN debian',
      host: '{ kernel: 6.8.0, lsm: [capability, yama, apparmor] }',
      verdict: 'blocked',
      depth: 1,
    },
    {
      docker: 'run -v /mnt:/mnt:rshared --cap-add SYS_ADMIN --security-opt apparmor=unconfined debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
