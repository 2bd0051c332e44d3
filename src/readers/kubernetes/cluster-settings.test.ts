import { expect, test } from 'vitest';
import { Posture, Unknown } from '../../posture/index.ts';
import { readKubernetes } from './index.ts';

/** The folded value of a key of the first object of the cluster; its reason's kind where it is unknown. */
function value(text: string, key: string): unknown {
  const { subjects, problems } = readKubernetes(text, 'a.yaml');
  expect(problems).toEqual([]);
  const subject = subjects.find(({ kind }) => kind === 'cluster');
  const posture = new Posture((subject?.layers ?? []).flatMap(({ statements }) => statements));
  const found = posture.get(key as 'cluster.role')?.value;
  return found instanceof Unknown ? 'unknown' : found;
}

const kubelet = (rest: string): string =>
  `apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n${rest}`;
const secret = (rest: string): string => `apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n${rest}`;
const encryption = (rest: string): string =>
  `apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources: [${rest}]`;
const webhook = (rest: string, kind = 'ValidatingWebhookConfiguration'): string =>
  `apiVersion: admissionregistration.k8s.io/v1\nkind: ${kind}\nmetadata: {name: w}\nwebhooks: [{name: a, ${rest}}]`;
const binding = (actions: string): string =>
  `apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicyBinding\nmetadata: {name: b}\nspec: {validationActions: [${actions}]}`;
const service = (rest: string): string => `apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {${rest}}`;
const grants = (rule: string): string => `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: r}
rules: [${rule}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: b}
roleRef: {kind: ClusterRole, name: r}
subjects: [{kind: User, name: jane}]`;

test.for<[text: string, key: string, then: unknown]>([
  [kubelet(''), 'kubernetes.kind', 'KubeletConfiguration'],
  [kubelet(''), 'cluster.kubelet-anonymous', undefined],
  [kubelet('authorization: {mode: AlwaysAllow}'), 'cluster.kubelet-authorization-mode', 'AlwaysAllow'],
  [kubelet('readOnlyPort: 10255'), 'cluster.kubelet-read-only-port', 10255],
  [kubelet('seccompDefault: true'), 'cluster.kubelet-seccomp-default', true],
  [kubelet('podPidsLimit: -1'), 'cluster.kubelet-pod-pids-limit', -1],
  [kubelet('staticPodURL: "http://a"'), 'cluster.kubelet-static-pod-url', 'http://a'],
  [kubelet('imagePullCredentialsVerificationPolicy: NeverVerify'), 'cluster.kubelet-pull-verification', 'NeverVerify'],
  [kubelet('allowedUnsafeSysctls: ["net.*"]'), 'cluster.allowed-unsafe-sysctls', ['net.*']],
  [secret('type: Opaque'), 'cluster.secret-type', undefined],
  [secret('type: kubernetes.io/service-account-token'), 'cluster.secret-expires', false],
  [secret('type: bootstrap.kubernetes.io/token\nstringData: {expiration: "2030"}'), 'cluster.secret-expires', true],
  [encryption('{resources: [secrets], providers: [{identity: {}}]}'), 'cluster.encryption-of-secrets', 'identity'],
  [encryption('{resources: ["*.*"], providers: [{kms: {}}, {identity: {}}]}'), 'cluster.encryption-of-secrets', 'kms'],
  [encryption('{resources: [configmaps], providers: [{kms: {}}]}'), 'cluster.encryption-of-secrets', 'none'],
  [webhook('failurePolicy: Ignore'), 'cluster.webhook-ignores-failure', ['a']],
  [webhook('failurePolicy: Fail'), 'cluster.webhook-ignores-failure', []],
  [
    webhook('rules: [{apiGroups: ["*"], resources: ["*"]}]', 'MutatingWebhookConfiguration'),
    'cluster.webhook-reaches-secrets',
    true,
  ],
  [webhook('rules: [{apiGroups: [apps], resources: ["*"]}]'), 'cluster.webhook-reaches-secrets', undefined],
  [binding('Warn, Audit'), 'cluster.validation-actions', ['Warn', 'Audit']],
  [
    service('type: LoadBalancer, ports: [{port: 80}], loadBalancerSourceRanges: [192.0.2.0/24]'),
    'cluster.source-ranges',
    ['192.0.2.0/24'],
  ],
  [grants('{apiGroups: [""], resources: [pods], verbs: ["*"]}'), 'cluster.rule-wildcard', true],
  [grants('{apiGroups: [""], resources: [pods], verbs: [get]}'), 'cluster.rule-wildcard', undefined],
  [grants('{apiGroups: [""], resources: [pods], verbs: [get]}'), 'kubernetes.kind', 'ClusterRoleBinding'],
])('%s: %s', ([text, key, then]) => {
  expect(value(text, key)).toEqual(then);
});

test('a token for somebody other than the API server is told by its audience', () => {
  const pod = `apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  automountServiceAccountToken: false
  volumes: [{name: t, projected: {sources: [{serviceAccountToken: {path: token, audience: vault}}]}}]
  containers: [{name: c, image: i, volumeMounts: [{name: t, mountPath: /t}]}]`;
  const statements = readKubernetes(pod, 'a.yaml').subjects[0]?.layers.flatMap((layer) => layer.statements) ?? [];
  const posture = new Posture(statements);
  expect(posture.get('kubernetes.token-audience.vault')?.value).toBe(true);
  expect(posture.get('kubernetes.service-account-token')?.value).toBe(false);
});

test.for<[annotation: string, then: unknown]>([
  ['eks.amazonaws.com/role-arn: arn', 'arn'],
  ['iam.gke.io/gcp-service-account: a@b', 'a@b'],
  ['example.org/other: x', 'none'],
])('the identity of the cloud that a service account is tied to: %s', ([annotation, then]) => {
  const text = `apiVersion: v1
kind: ServiceAccount
metadata: {name: web, annotations: {${annotation}}}
---
apiVersion: v1
kind: Pod
metadata: {name: p}
spec: {serviceAccountName: web, containers: [{name: c, image: i}]}`;
  const statements = readKubernetes(text, 'a.yaml').subjects[0]?.layers.flatMap((layer) => layer.statements) ?? [];
  expect(new Posture(statements).get('kubernetes.cloud-identity')?.value).toBe(then);
});
