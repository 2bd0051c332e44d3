import { actsWith, holdsRights, mayDo } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'rbac-persistent-volumes-create',
  title: 'Persistent volumes can be created over paths of the nodes',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'host-root',
  severity: 'critical',
  stride: 'TIE',
  appliesTo: ['workload', 'cluster'],
  platforms: ['linux', 'windows'],
  when: holdsRights,
  routes: [actsWith(mayDo(['create'], ['persistentvolumes'], { clusterWide: true }))],
  why: 'A PersistentVolume may be of type hostPath, and a pod that mounts a claim bound to it gets that path of the node. Pod Security admission looks at the volumes of the pod, where only a claim is seen (policy/check_hostPathVolumes.go), so no level stops it.',
  fix: 'Leave persistent volumes to administrators and provisioners; workloads need claims only.',
  refs: {
    attack: ['T1611'],
    cisKubernetes: ['5.1.9'],
    nist800190: ['3.3.1', '3.3.2'],
    owaspKubernetes: ['K02'],
    microsoftMatrix: ['MS-TA9013'],
    kubehound: ['VOLUME_DISCOVER'],
    cwe: ['CWE-269'],
    docs: ['Kubernetes documentation: Role Based Access Control Good Practices'],
  },
  examples: [
    {
      kubernetes: `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: web}
rules:
- {apiGroups: [""], resources: [persistentvolumes], verbs: [create, delete]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: web}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: web, namespace: shop}
rules:
- {apiGroups: [""], resources: [persistentvolumes], verbs: [create]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: web, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: web}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]`,
      verdict: 'blocked',
    },
    {
      kubernetes: `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: web}
rules:
- {apiGroups: [""], resources: [persistentvolumeclaims], verbs: [create]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: web}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]`,
      verdict: 'blocked',
    },
  ],
});
