import { fact } from '../../model/words.ts';
import { ofKind } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'kubelet-anonymous-auth',
  title: 'The kubelet answers requests without credentials',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'cluster',
  severity: 'high',
  stride: 'SIE',
  appliesTo: ['cluster'],
  when: ofKind('KubeletConfiguration'),
  routes: [[fact('cluster.kubelet-anonymous', { is: true }, 'orchestrator', { absent: 'closed', set: false })]],
  why: 'Anonymous requests to port 10250 become system:anonymous and have what the authorizer grants to it. With `AlwaysAllow` that is running commands in every pod of the node; with `Webhook` any binding to system:unauthenticated counts. A configuration file that leaves it out has it off (pkg/kubelet/apis/config/v1beta1/defaults.go).',
  fix: 'Set `authentication.anonymous.enabled: false`.',
  refs: {
    attack: ['T1133', 'T1609'],
    cisKubernetes: ['4.2.1'],
    nist800190: ['3.3.2'],
    owaspKubernetes: ['K06', 'K09'],
    microsoftMatrix: ['MS-TA9030'],
    kubehound: ['ENDPOINT_EXPLOIT'],
    cwe: ['CWE-306'],
    docs: ['Kubernetes documentation: Kubelet Configuration (v1beta1)'],
  },
  aliases: ['kubelet-api-exposed'],
  examples: [
    {
      kubernetes: `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: true}}`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}}`,
      verdict: 'blocked',
      depth: 1,
    },
    {
      kubernetes: `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration`,
      verdict: 'blocked',
    },
  ],
});
