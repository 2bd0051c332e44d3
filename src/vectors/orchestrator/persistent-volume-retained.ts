import { fact } from '../../model/words.ts';
import { ofKind } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'persistent-volume-retained',
  title: 'Data of a persistent volume outlive their claim',
  mechanism: 'orchestrator',
  phase: 'teardown',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['cluster'],
  when: ofKind('PersistentVolume'),
  routes: [
    [
      fact('cluster.reclaim-policy', { is: 'Retain' }, 'orchestrator', {
        absent: 'passes',
        set: 'Delete',
        title: 'the reclaim policy is Retain, the default of volumes made by hand',
      }),
    ],
  ],
  why: 'With Retain the volume stays with its data after the claim is deleted, and an administrator who takes the claimRef off hands them to the next claim. Nobody is reminded. For data that must survive this is the purpose; for the rest it is what the former tenant left behind.',
  fix: 'Use Delete where the data are not meant to stay, and wipe retained volumes before they are bound again.',
  refs: {
    attack: ['T1005'],
    nist800190: ['3.5.5'],
    owaspKubernetes: ['K03'],
    cwe: ['CWE-212'],
    docs: ['Kubernetes documentation: Persistent Volumes, reclaiming'],
  },
  examples: [
    {
      kubernetes: `apiVersion: v1
kind: PersistentVolume
metadata: {name: data}
spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], persistentVolumeReclaimPolicy: Retain, hostPath: {path: /srv/data}}`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: v1
kind: PersistentVolume
metadata: {name: data}
spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /srv/data}}`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: v1
kind: PersistentVolume
metadata: {name: data}
spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], persistentVolumeReclaimPolicy: Delete, hostPath: {path: /srv/data}}`,
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
