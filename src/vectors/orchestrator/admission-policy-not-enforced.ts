import { fact } from '../../model/words.ts';
import { ofKind } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'admission-policy-not-enforced',
  title: 'An admission policy is bound without refusing anything',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'cluster',
  severity: 'medium',
  stride: 'E',
  appliesTo: ['cluster'],
  when: ofKind('ValidatingAdmissionPolicyBinding'),
  routes: [
    [
      fact('cluster.validation-actions', { notMatches: '^Deny$' }, 'orchestrator', {
        set: ['Deny'],
        title: 'Deny is not among its actions',
      }),
    ],
  ],
  why: 'The actions of the binding say what a failed validation leads to: `Warn` and `Audit` tell, and only `Deny` refuses (ValidatingAdmissionPolicyBinding, admissionregistration.k8s.io/v1). A policy that was bound for a trial stays without effect.',
  fix: 'Set `validationActions: [Deny]`.',
  refs: {
    attack: ['T1562.001'],
    cisKubernetes: ['5.2.1'],
    nist800190: ['3.3.1'],
    owaspKubernetes: ['K04'],
    cwe: ['CWE-693'],
    docs: ['Kubernetes documentation: Validating Admission Policy'],
  },
  examples: [
    {
      kubernetes: `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: policy}
spec: {policyName: policy, validationActions: [Audit, Warn]}`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: policy}
spec: {policyName: policy, validationActions: [Deny, Audit]}`,
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
