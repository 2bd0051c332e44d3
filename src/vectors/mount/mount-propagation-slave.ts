import { any, mounted } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { sees } from '../probe-places.ts';

export default defineVector({
  id: 'mount-propagation-slave',
  title: 'Container receives what is mounted on the host later',
  mechanism: 'mount',
  phase: 'create',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [
    [
      any(
        'receives mounts',
        mounted({
          types: ['bind'],
          propagation: 'slave',
          title: 'a path of the host is mounted with slave propagation',
        }),
        mounted({
          types: ['bind'],
          propagation: 'shared',
          title: 'a path of the host is mounted with shared propagation',
        }),
      ),
    ],
  ],
  probe: sees({ source: '.', propagation: 'slave' }),
  why: 'Mounts made below the source after the start appear inside (propagate_mnt(), fs/pnode.c): removable disks, network shares and volumes of other containers, though the mount was reviewed without them.',
  fix: 'Use rprivate.',
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
    { docker: 'run -v /mnt:/mnt:rslave debian', verdict: 'open' },
    { docker: 'run -v /mnt:/mnt debian', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', verdict: 'blocked' },
  ],
});
