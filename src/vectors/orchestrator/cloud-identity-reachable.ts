import { fact } from '../../model/words.ts';
import { onKubernetes } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'cloud-identity-reachable',
  title: 'The container can act as an identity of the cloud',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'credential',
  severity: 'medium',
  stride: 'SE',
  appliesTo: ['workload'],
  platforms: ['linux', 'windows'],
  when: onKubernetes,
  routes: [
    [
      fact('kubernetes.cloud-identity', { isNot: 'none' }, 'orchestrator', {
        title: 'the service account is tied to an identity of the cloud',
      }),
    ],
  ],
  why: "The annotation ties the service account to a role or account of the provider; code in the pod exchanges the token that is put there, or asks the metadata server, and gets the cloud's credentials. From a pod the way leads to buckets, databases and, with rights over the cluster's own project, back to every node. `automountServiceAccountToken: false` does not stop it.",
  fix: 'Tie the account to an identity with the few rights in use, one for each workload; take the annotation off where none is used.',
  refs: {
    attack: ['T1078', 'T1552.005'],
    nist800190: ['3.3.2'],
    owaspKubernetes: ['K08'],
    microsoftMatrix: ['MS-TA9020', 'MS-TA9028'],
    kubehound: ['IDENTITY_ASSUME'],
    cwe: ['CWE-269'],
    docs: [
      'Amazon EKS: IAM roles for service accounts',
      'GKE: Workload Identity Federation',
      'AKS: Microsoft Entra Workload ID',
    ],
  },
  examples: [
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  serviceAccountName: web
  containers:
  - name: app
    image: shop/web
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: shop, annotations: {eks.amazonaws.com/role-arn: "arn:aws:iam::111122223333:role/web"}}`,
      of: 'web/app',
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  serviceAccountName: web
  containers:
  - name: app
    image: shop/web
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: shop, annotations: {iam.gke.io/gcp-service-account: web@shop.iam.gserviceaccount.com}}`,
      of: 'web/app',
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  serviceAccountName: web
  containers:
  - name: app
    image: shop/web
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: shop}`,
      of: 'web/app',
      verdict: 'blocked',
      depth: 1,
    },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  serviceAccountName: web
  containers:
  - name: app
    image: shop/web`,
      verdict: 'unknown',
    },
  ],
});
