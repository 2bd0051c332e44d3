import { any, fact, host, sharedKernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'userns-overlapping-id-ranges',
  title: 'Containers with user namespaces share one range of host ids',
  mechanism: 'namespace-user',
  phase: 'create',
  goal: 'other-container',
  severity: 'medium',
  stride: 'TIE',
  appliesTo: ['workload'],
  when: any(
    'has a user namespace',
    fact('namespace.user', { isNot: 'host' }, 'namespace-user'),
    fact('engine.rootless', { is: true }, 'namespace-user', { absent: 'closed' }),
  ),
  routes: [
    [
      sharedKernel,
      fact('daemon.userns-remap', { notIn: ['', false] }, 'namespace-user', {
        absent: 'closed',
        title: 'the engine maps every container to one range',
      }),
    ],
    [
      sharedKernel,
      fact('engine.rootless', { is: true }, 'namespace-user', {
        absent: 'closed',
        title: 'every container of a rootless engine has the range of its user',
      }),
      fact('request.user-namespace', { notIn: ['auto'] }, 'namespace-user', {
        absent: 'passes',
        title: 'no range of its own is asked for',
      }),
    ],
    [
      sharedKernel,
      fact('engine.name', { notIn: ['docker', 'kubernetes'] }, 'orchestrator', {
        title: 'the engine allots no ranges by itself',
      }),
      fact('request.user-namespace', { notIn: ['auto'] }, 'namespace-user', {
        absent: 'passes',
        title: 'no range of its own is asked for',
      }),
      host('host.fact.id-range-shared', { is: true }, { title: 'another container was given the same range' }),
    ],
  ],
  why: 'userns-remap gives every container of the daemon the same subordinate range, so uid 0 of one is the same id outside as uid 0 of another: after an escape, or on a shared volume, it owns the other’s files. Ranges of their own come from podman --userns=auto and from Kubernetes pods with hostUsers: false.',
  fix: 'A range per container or pod: podman --userns=auto, hostUsers: false.',
  refs: { nist800190: ['3.5.2'], owaspDocker: ['D01'], cwe: ['CWE-653'], docs: ['subuid(5)'] },
  examples: [
    { docker: 'run debian', withDaemon: '{"userns-remap":"default"}', verdict: 'open' },
    { docker: 'run debian', verdict: 'not-applicable' },
    { docker: 'run --userns=host debian', withDaemon: '{"userns-remap":"default"}', verdict: 'not-applicable' },
    { docker: 'run debian', host: 'engine: { rootless: true }', verdict: 'open' },
    {
      oci: '{"ociVersion":"1.2.0","process":{"args":["sh"],"cwd":"/"},"root":{"path":"rootfs"},"linux":{"namespaces":[{"type":"user"}],"uidMappings":[{"containerID":0,"hostID":100000,"size":65536}]}}',
      verdict: 'unknown',
    },
    { podman: 'run --userns=auto debian', verdict: 'blocked' },
    {
      kubernetes:
        '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {hostUsers: false, containers: [{name: c, image: debian}]}}',
      verdict: 'blocked',
    },
  ],
});
