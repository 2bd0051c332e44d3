import { fact } from '../../model/words.ts';
import { ofKind } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'lasting-token-secret',
  title: 'A secret holds a service account token that does not expire',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'credential',
  severity: 'medium',
  stride: 'SI',
  appliesTo: ['cluster'],
  when: ofKind('Secret'),
  routes: [[fact('cluster.secret-type', { is: 'kubernetes.io/service-account-token' }, 'orchestrator')]],
  why: 'The token controller fills the secret with a token that is bound to no pod and has no end (pkg/controller/serviceaccount/tokens_controller.go); it stays valid until the secret or the account is deleted. Every reader of secrets of the namespace has it, and each backup and log that it got into. Tokens of the TokenRequest API expire and end with their pod.',
  fix: 'Delete the secret; use projected tokens or `kubectl create token`.',
  refs: {
    attack: ['T1528', 'T1552.007'],
    cisKubernetes: ['5.1.6'],
    nist800190: ['3.3.2'],
    owaspKubernetes: ['K03', 'K09'],
    microsoftMatrix: ['MS-TA9016'],
    kubehound: ['TOKEN_LIST'],
    cwe: ['CWE-613'],
    docs: ['Kubernetes documentation: Managing Service Accounts'],
  },
  examples: [
    {
      kubernetes: `apiVersion: v1
kind: Secret
metadata: {name: web-token, namespace: shop, annotations: {kubernetes.io/service-account.name: web}}
type: kubernetes.io/service-account-token`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: v1
kind: Secret
metadata: {name: bootstrap-token-07401b, namespace: kube-system}
type: bootstrap.kubernetes.io/token
stringData: {usage-bootstrap-authentication: "true"}`,
      verdict: 'blocked',
    },
    {
      kubernetes: `apiVersion: v1
kind: Secret
metadata: {name: tls}
type: kubernetes.io/tls`,
      verdict: 'not-applicable',
    },
  ],
});
