import { fact } from '../../model/words.ts';
import { ofKind } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'admission-webhook-fails-open',
  title: 'An admission webhook is passed over when it does not answer',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'cluster',
  severity: 'medium',
  stride: 'TE',
  appliesTo: ['cluster'],
  when: ofKind('ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'),
  routes: [
    [
      fact('cluster.webhook-ignores-failure', { matches: '.' }, 'orchestrator', {
        absent: 'closed',
        title: 'a webhook has failurePolicy: Ignore',
      }),
    ],
  ],
  why: 'With `failurePolicy: Ignore` the API server admits the object when the webhook cannot be called or is late. An attacker who stops its pods, overloads it or makes its answer slow gets what the policy forbids. `Fail` is the default of admissionregistration.k8s.io/v1.',
  fix: 'Use `failurePolicy: Fail` for webhooks that enforce policy, with several replicas and a narrow selection, or a ValidatingAdmissionPolicy.',
  refs: {
    attack: ['T1562.001', 'T1499'],
    cisKubernetes: ['5.2.1'],
    nist800190: ['3.3.1'],
    owaspKubernetes: ['K04'],
    microsoftMatrix: ['MS-TA9015'],
    cwe: ['CWE-636'],
    docs: ['Kubernetes documentation: Admission Webhook Good Practices'],
  },
  examples: [
    {
      kubernetes: `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: policy}
webhooks:
- name: pods.policy.example
  failurePolicy: Ignore
  clientConfig: {service: {name: policy, namespace: policy}}
  sideEffects: None
  admissionReviewVersions: [v1]
  rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: policy}
webhooks:
- name: pods.policy.example
  failurePolicy: Fail
  clientConfig: {service: {name: policy, namespace: policy}}
  sideEffects: None
  admissionReviewVersions: [v1]
  rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]`,
      verdict: 'blocked',
    },
    {
      kubernetes: `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: policy}
webhooks:
- name: pods.policy.example
  clientConfig: {service: {name: policy, namespace: policy}}
  sideEffects: None
  admissionReviewVersions: [v1]
  rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]`,
      verdict: 'blocked',
    },
  ],
});
