import { fact } from '../../model/words.ts';
import { ofKind } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

/** The roots whose contents decide what the node runs or whom it trusts, and what the node's own services keep. */
const SYSTEM_PATH =
  '^/$|^/(etc|root|home|boot|usr|bin|sbin|lib|lib64|opt|proc|sys|dev|run|var|var/run|var/lib|var/log|var/spool/cron)/?$|^/(etc|root|proc|sys|dev|boot|usr|run|var/run)/|^/var/lib/(kubelet|etcd|docker|containerd|containers|rancher|cni)(/|$)';

export default defineVector({
  id: 'persistent-volume-system-path',
  title: 'A persistent volume is a system path of the node',
  mechanism: 'mount',
  phase: 'orchestrate',
  goal: 'host-root',
  severity: 'critical',
  stride: 'TIE',
  appliesTo: ['cluster'],
  when: ofKind('PersistentVolume'),
  routes: [
    [
      fact('cluster.host-path', { matches: SYSTEM_PATH }, 'mount', {
        absent: 'closed',
        title: 'its source is a path of the system',
      }),
    ],
  ],
  why: "Whoever mounts a claim bound to it writes the node's configuration, programs, sockets or the kubelet's own files as root, and with that runs code on the node. The claim looks harmless in the pod, and Pod Security admission does not follow it to the volume.",
  fix: 'Delete the volume; give a directory made for the purpose.',
  refs: {
    attack: ['T1611'],
    cisKubernetes: ['5.2.11'],
    nist800190: ['3.4.3', '3.5.5'],
    owaspKubernetes: ['K01', 'K04'],
    microsoftMatrix: ['MS-TA9013'],
    kubehound: ['EXPLOIT_HOST_WRITE', 'EXPLOIT_HOST_READ'],
    cwe: ['CWE-668'],
    docs: ['Kubernetes documentation: Persistent Volumes'],
  },
  examples: [
    {
      kubernetes: `apiVersion: v1
kind: PersistentVolume
metadata: {name: data}
spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /}}`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: v1
kind: PersistentVolume
metadata: {name: data}
spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /var/lib/kubelet/pods}}`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: v1
kind: PersistentVolume
metadata: {name: data}
spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /run/containerd}}`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: v1
kind: PersistentVolume
metadata: {name: data}
spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /srv/data}}`,
      verdict: 'blocked',
    },
    {
      kubernetes: `apiVersion: v1
kind: PersistentVolume
metadata: {name: data}
spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], local: {path: /var/data}, nodeAffinity: {}}`,
      verdict: 'blocked',
    },
  ],
});
