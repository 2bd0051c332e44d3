import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'restart-policy-unbounded',
  title: 'The engine restarts the container without end',
  mechanism: 'daemon',
  phase: 'orchestrate',
  goal: 'denial-of-service',
  severity: 'low',
  stride: 'D',
  appliesTo: ['workload'],
  routes: [
    [
      fact('runtime.restart-policy', { matches: '^(always|unless-stopped|on-failure)$' }, 'daemon', {
        absent: 'closed',
        title: 'the restart policy has no maximum',
      }),
    ],
    [
      fact('engine.name', { is: 'kubernetes' }, 'orchestrator', { title: 'the kubelet restarts containers of a pod' }),
      fact('runtime.restart-policy', { notIn: ['Never', 'no', 'never'] }, 'orchestrator', {
        absent: 'passes',
        title: 'the pod does not say Never',
      }),
    ],
  ],
  why: 'A program that ends at once makes the engine create namespaces, mounts and logs again and again, work of daemon and kernel that no cgroup of the container pays for. Only on-failure takes a maximum; the wait between tries stops growing at one minute.',
  fix: 'on-failure with a small maximum.',
  refs: {
    attack: ['T1499.001'],
    cisDocker: ['5.15'],
    nist800190: ['3.4.3'],
    owaspDocker: ['D07'],
    cwe: ['CWE-770'],
    papers: ['houdini'],
    docs: ['docker container run --restart'],
  },
  examples: [
    { docker: 'run --restart always debian', verdict: 'open' },
    { docker: 'run --restart unless-stopped debian', verdict: 'open' },
    { docker: 'run --restart on-failure:5 debian', verdict: 'blocked' },
    {
      kubernetes: '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: debian}]}}',
      verdict: 'open',
    },
    {
      kubernetes:
        '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {restartPolicy: Never, containers: [{name: c, image: debian}]}}',
      verdict: 'blocked',
    },
    { docker: 'run debian', verdict: 'blocked' },
  ],
});
