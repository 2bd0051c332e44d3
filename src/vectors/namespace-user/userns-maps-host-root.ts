import { any, fact, rootMapsToHost, sharedKernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, sharesKernel } from '../probe.ts';
import { rootMappedToHost } from '../probe-questions.ts';

export default defineVector({
  id: 'userns-maps-host-root',
  title: 'The user namespace of the container maps its root to root of the host',
  mechanism: 'namespace-user',
  phase: 'create',
  goal: 'host-root',
  severity: 'high',
  stride: 'E',
  appliesTo: ['workload'],
  when: any(
    'has a user namespace',
    fact('namespace.user', { isNot: 'host' }, 'namespace-user'),
    fact('engine.rootless', { is: true }, 'namespace-user', { absent: 'closed' }),
  ),
  routes: [[sharedKernel, rootMapsToHost]],
  probe: allOf(sharesKernel, rootMappedToHost),
  why: 'Files are judged by the id outside (make_kuid(), kernel/user_namespace.c). Where id 0 maps to 0, root of the container owns what root of the host owns, sysctls included; only capable() in the initial namespace stays closed.',
  fix: 'Map id 0 to an unprivileged range.',
  refs: {
    attack: ['T1611'],
    cisDocker: ['2.9'],
    nist800190: ['3.5.2'],
    owaspDocker: ['D01'],
    cwe: ['CWE-269'],
    docs: ['user_namespaces(7)'],
  },
  examples: [
    {
      oci: '{"ociVersion":"1.2.0","process":{"args":["sh"],"cwd":"/"},"root":{"path":"rootfs"},"linux":{"namespaces":[{"type":"user"},{"type":"mount"}],"uidMappings":[{"containerID":0,"hostID":0,"size":65536}],"gidMappings":[{"containerID":0,"hostID":0,"size":65536}]}}',
      verdict: 'open',
    },
    {
      oci: '{"ociVersion":"1.2.0","process":{"args":["sh"],"cwd":"/"},"root":{"path":"rootfs"},"linux":{"namespaces":[{"type":"user"},{"type":"mount"}],"uidMappings":[{"containerID":0,"hostID":100000,"size":65536}],"gidMappings":[{"containerID":0,"hostID":100000,"size":65536}]}}',
      verdict: 'blocked',
    },
    { docker: 'run debian', verdict: 'not-applicable' },
    { docker: 'run debian', withDaemon: '{"userns-remap":"default"}', verdict: 'blocked' },
  ],
});
