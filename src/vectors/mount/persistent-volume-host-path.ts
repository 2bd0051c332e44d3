import { fact } from '../../model/words.ts';
import { ofKind } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'persistent-volume-host-path',
  title: 'A persistent volume is a path of the node',
  mechanism: 'mount',
  phase: 'orchestrate',
  goal: 'host-data',
  severity: 'medium',
  stride: 'TI',
  appliesTo: ['cluster'],
  when: ofKind('PersistentVolume'),
  routes: [
    [
      fact('cluster.host-path', { matches: '^/' }, 'mount', {
        absent: 'closed',
        title: 'its source is hostPath or local',
      }),
    ],
  ],
  why: "A claim in any pod that binds to the volume gives it that path of the node with the node's own ownership and without a quota. Pod Security admission sees a claim and no hostPath (policy/check_hostPathVolumes.go), so the level of the namespace does not matter.",
  fix: 'Use a storage driver; bind the volume to one claim with claimRef and a directory made for it.',
  refs: {
    attack: ['T1611', 'T1005'],
    cisKubernetes: ['5.2.11'],
    nist800190: ['3.4.3', '3.5.5'],
    owaspKubernetes: ['K01', 'K04'],
    microsoftMatrix: ['MS-TA9013'],
    kubehound: ['VOLUME_DISCOVER', 'VOLUME_ACCESS'],
    cwe: ['CWE-668'],
    docs: ['Kubernetes documentation: Persistent Volumes'],
  },
  examples: [
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
spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], local: {path: /mnt/ssd}, nodeAffinity: {}}`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: v1
kind: PersistentVolume
metadata: {name: data}
spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], persistentVolumeReclaimPolicy: Delete, csi: {driver: ebs.csi.aws.com, volumeHandle: vol-1}}`,
      verdict: 'blocked',
    },
    {
      kubernetes: `apiVersion: v1
kind: Namespace
metadata: {name: shop}`,
      verdict: 'not-applicable',
    },
  ],
});
