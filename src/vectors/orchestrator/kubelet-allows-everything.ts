import { fact } from '../../model/words.ts';
import { ofKind } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'kubelet-allows-everything',
  title: 'The kubelet lets every authenticated caller do everything',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'cluster',
  severity: 'critical',
  stride: 'IE',
  appliesTo: ['cluster'],
  when: ofKind('KubeletConfiguration'),
  routes: [
    [
      fact('cluster.kubelet-authorization-mode', { is: 'AlwaysAllow' }, 'orchestrator', {
        absent: 'closed',
        set: 'Webhook',
      }),
    ],
  ],
  why: 'With `AlwaysAllow` the kubelet asks nobody: any client certificate of the cluster, any service account token that the webhook authenticates, and anonymous callers where they are let in, run commands in every pod of the node and read its logs. A configuration file that leaves the mode out has `Webhook`.',
  fix: 'Set `authorization.mode: Webhook`.',
  refs: {
    attack: ['T1609'],
    cisKubernetes: ['4.2.2'],
    nist800190: ['3.3.1', '3.3.2'],
    owaspKubernetes: ['K02', 'K06'],
    microsoftMatrix: ['MS-TA9030'],
    kubehound: ['POD_EXEC'],
    cwe: ['CWE-862'],
    docs: ['Kubernetes documentation: Kubelet Configuration (v1beta1)'],
  },
  examples: [
    {
      kubernetes: `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authorization: {mode: AlwaysAllow}`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authorization: {mode: Webhook}`,
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
