import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, untold } from '../probe.ts';
import { writesRootfs } from '../probe-places.ts';

export default defineVector({
  id: 'no-storage-quota',
  title: 'The writable layer of the container has no size limit',
  mechanism: 'cgroup-limit',
  phase: 'create',
  goal: 'denial-of-service',
  severity: 'medium',
  stride: 'D',
  appliesTo: ['workload'],
  routes: [
    [
      fact('rootfs.readonly', { is: false }, 'mount', {
        absent: 'passes',
        set: true,
        title: 'the root file system is writable',
      }),
      fact('limit.storage', { is: 'none' }, 'cgroup-limit', { absent: 'passes', title: 'no quota is set' }),
    ],
  ],
  probe: allOf(writesRootfs, untold('quotas of file systems are not read')),
  why: 'Writes go to the storage of the engine on the host, without a share of the container: when the disk is full, engine, kubelet and neighbours stop. Quotas need --storage-opt size with project quotas, or ephemeral-storage limits in Kubernetes.',
  fix: 'A read-only root with sized volumes, xfs project quotas with --storage-opt size, ephemeral-storage limits.',
  refs: {
    attack: ['T1499.001'],
    cisDocker: ['1.1.1', '2.11', '5.12'],
    nist800190: ['3.4.3'],
    owaspDocker: ['D07'],
    cwe: ['CWE-770'],
    docs: ['docker container run --storage-opt'],
  },
  examples: [
    { docker: 'run debian', verdict: 'open' },
    { docker: 'run --read-only debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --storage-opt size=10G debian', verdict: 'blocked', depth: 1 },
    {
      kubernetes:
        '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: debian, resources: {limits: {ephemeral-storage: 1Gi}}}]}}',
      verdict: 'blocked',
    },
  ],
});
