import { fact } from '../../model/words.ts';
import { ofKind } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'bootstrap-token-lasting',
  title: 'A bootstrap token lets nodes join the cluster for ever',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'cluster',
  severity: 'medium',
  stride: 'SE',
  appliesTo: ['cluster'],
  when: ofKind('Secret'),
  routes: [
    [
      fact('cluster.secret-type', { is: 'bootstrap.kubernetes.io/token' }, 'orchestrator'),
      fact('cluster.secret-expires', { is: false }, 'orchestrator', { title: 'the token has no expiration' }),
    ],
  ],
  why: "Whoever has the token authenticates in the group system:bootstrappers and requests a kubelet's client certificate, which is approved without a person where kubeadm's defaults hold. A node of the attacker receives pods with their secrets. Without `expiration` the token cleaner never removes it.",
  fix: 'Set an expiration of hours, and delete the token after nodes have joined.',
  refs: {
    attack: ['T1078', 'T1649'],
    nist800190: ['3.3.2', '3.3.5'],
    owaspKubernetes: ['K09'],
    cwe: ['CWE-613'],
    docs: ['Kubernetes documentation: Authenticating with Bootstrap Tokens'],
  },
  examples: [
    {
      kubernetes: `apiVersion: v1
kind: Secret
metadata: {name: bootstrap-token-07401b, namespace: kube-system}
type: bootstrap.kubernetes.io/token
stringData: {usage-bootstrap-authentication: "true"}`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: v1
kind: Secret
metadata: {name: bootstrap-token-07401b, namespace: kube-system}
type: bootstrap.kubernetes.io/token
stringData: {expiration: "2027-03-10T03:22:11Z", usage-bootstrap-authentication: "true"}`,
      verdict: 'blocked',
      depth: 1,
    },
    {
      kubernetes: `apiVersion: v1
kind: Secret
metadata: {name: web-token, namespace: shop, annotations: {kubernetes.io/service-account.name: web}}
type: kubernetes.io/service-account-token`,
      verdict: 'blocked',
    },
  ],
});
