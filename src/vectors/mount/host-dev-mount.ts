import { deviceAllowed, isHostRoot, mounted, sharedKernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, sharesKernel } from '../probe.ts';
import { sees, usesDevice } from '../probe-places.ts';

export default defineVector({
  id: 'host-dev-mount',
  title: 'Container can read and write terminal sessions of the host',
  mechanism: 'mount',
  phase: 'create',
  goal: 'host-service',
  severity: 'high',
  stride: 'TIE',
  appliesTo: ['workload'],
  routes: [
    [
      sharedKernel,
      mounted({ types: ['bind'], covers: ['/dev/pts'], parts: true, title: "the host's /dev is mounted" }),
      deviceAllowed('c', 'rw', 136),
      isHostRoot,
    ],
  ],
  probe: allOf(
    sharesKernel,
    sees({ covers: ['/dev/pts'], parts: true, as: 'root' }),
    usesDevice({ path: '^/dev/pts/\\d+$', type: 'c', major: 136, access: 'rw', given: true }),
  ),
  why: "The device rules of every engine allow pseudo-terminals (`c 136:* rwm`), since containers have their own; with the host's /dev/pts bound these are the sessions of its administrators, owned by their users but open to root.",
  fix: 'Use --device for one node.',
  refs: {
    cisDocker: ['5.6', '5.18'],
    cisKubernetes: ['5.2.11'],
    nist800190: ['3.4.3', '3.5.5'],
    pss: ['baseline:hostPathVolumes', 'restricted:restrictedVolumes'],
    owaspKubernetes: ['K01'],
    microsoftMatrix: ['MS-TA9013'],
    attack: ['T1611'],
    cwe: ['CWE-668', 'CWE-732'],
  },
  examples: [
    { docker: 'run -v /dev:/dev debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked' },
    { docker: 'run -v /dev/dri:/dev/dri debian', verdict: 'blocked' },
    { docker: 'run -v /dev:/host/dev debian', withDaemon: '{"userns-remap":"default"}', verdict: 'blocked', depth: 1 },
    { docker: 'run -v /dev:/dev --user 1000 --security-opt no-new-privileges debian', verdict: 'blocked' },
  ],
});
