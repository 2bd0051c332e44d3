import { fact } from '../../model/words.ts';
import { ofKind } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'admission-webhook-reads-secrets',
  title: 'An admission webhook is sent the secrets of the cluster',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'credential',
  severity: 'medium',
  stride: 'I',
  appliesTo: ['cluster'],
  when: ofKind('ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'),
  routes: [
    [
      fact('cluster.webhook-reaches-secrets', { is: true }, 'orchestrator', {
        absent: 'closed',
        title: 'its rules match secrets',
      }),
    ],
  ],
  why: "Each object that matches is sent to the webhook's server whole, and for secrets that is their contents, in clear to that process and to its logs. Rules with `*` for resources match secrets among the rest.",
  fix: 'List the resources that the webhook needs; check secrets by a validating admission policy, which sends nothing away.',
  refs: {
    attack: ['T1552'],
    cisKubernetes: ['5.1.2'],
    nist800190: ['3.3.2'],
    owaspKubernetes: ['K03'],
    microsoftMatrix: ['MS-TA9015'],
    cwe: ['CWE-200'],
    docs: ['Kubernetes documentation: Admission Webhook Good Practices'],
  },
  examples: [
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
  rules: [{apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: ["*"]}]`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: policy}
webhooks:
- name: pods.policy.example
  failurePolicy: Fail
  clientConfig: {service: {name: policy, namespace: policy}}
  sideEffects: None
  admissionReviewVersions: [v1]
  rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [secrets]}]`,
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
  failurePolicy: Fail
  clientConfig: {service: {name: policy, namespace: policy}}
  sideEffects: None
  admissionReviewVersions: [v1]
  rules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: ["*"]}]`,
      verdict: 'blocked',
    },
  ],
});
