import { factOf } from '../../posture/index.ts';
import type { Node } from '../document/index.ts';

import { entryOf, itemsOf, type KubernetesObject, mapOf, textOf, textsOf } from './object.ts';
import type { Facts, Statements } from './statements.ts';

/*
 * Objects that set how the cluster itself behaves. Defaults of absent fields are those of the component and not stated here.
 *
 *   KubeletConfiguration              cluster.kubelet-configured, cluster.kubelet-anonymous, cluster.kubelet-authorization-mode,
 *                                     cluster.kubelet-read-only-port, cluster.kubelet-seccomp-default, cluster.kubelet-pod-pids-limit,
 *                                     cluster.kubelet-static-pod-url, cluster.kubelet-pull-verification, cluster.allowed-unsafe-sysctls
 *   EncryptionConfiguration           cluster.encryption-of-secrets (the first provider that Secrets are written with; `none`)
 *   Secret                            cluster.secret-type, cluster.secret-expires: of tokens of service accounts and of nodes that join
 *   Mutating-, ValidatingWebhook…     cluster.webhook-ignores-failure (names), cluster.webhook-reaches-secrets
 *   ValidatingAdmissionPolicyBinding  cluster.validation-actions
 */
export const SETTINGS: Readonly<Record<string, (out: Statements, object: KubernetesObject) => void>> = {
  KubeletConfiguration: stateKubelet,
  EncryptionConfiguration: stateEncryption,
  Secret: stateSecret,
  MutatingWebhookConfiguration: stateWebhooks,
  ValidatingWebhookConfiguration: stateWebhooks,
  ValidatingAdmissionPolicyBinding: stateValidation,
};

/** Fields of kubelet.config.k8s.io/v1beta1 that are one word, by path. */
const KUBELET: readonly (readonly [path: readonly string[], facts: (text: string) => Facts])[] = [
  [['authentication', 'anonymous', 'enabled'], (text) => factOf('cluster.kubelet-anonymous', text === 'true')],
  [['authorization', 'mode'], (text) => factOf('cluster.kubelet-authorization-mode', text)],
  [['readOnlyPort'], (text) => number('cluster.kubelet-read-only-port', text)],
  [['seccompDefault'], (text) => factOf('cluster.kubelet-seccomp-default', text === 'true')],
  [['podPidsLimit'], (text) => number('cluster.kubelet-pod-pids-limit', text)],
  [['staticPodURL'], (text) => factOf('cluster.kubelet-static-pod-url', text)],
  [['imagePullCredentialsVerificationPolicy'], (text) => factOf('cluster.kubelet-pull-verification', text)],
];

function number(key: `cluster.${string}`, text: string): Facts {
  const value = Number(text);
  return Number.isSafeInteger(value) ? factOf(key, value) : {};
}

function stateKubelet(out: Statements, { node }: KubernetesObject): void {
  // What it leaves out matters too.
  out.key(node, 'kind', factOf('cluster.kubelet-configured', true));
  for (const [path, facts] of KUBELET) {
    const parent = path.length === 1 ? node : mapOf(node, ...path.slice(0, -1));
    const text = textOf(node, ...path);
    if (parent !== undefined && text !== undefined) out.key(parent, path.at(-1) ?? '', facts(text));
  }
  if (entryOf(node, 'allowedUnsafeSysctls') !== undefined) {
    const allowed = textsOf(node, 'allowedUnsafeSysctls');
    const shown = `allowedUnsafeSysctls: [${allowed.join(', ')}]`;
    out.key(node, 'allowedUnsafeSysctls', factOf('cluster.allowed-unsafe-sysctls', allowed), shown);
  }
}

/** The first provider of the first entry that matches is the one that writes (apiserver encryptionconfig `GetTransformer`). */
function stateEncryption(out: Statements, { node }: KubernetesObject): void {
  const entry = itemsOf(node, 'resources').find((item) =>
    textsOf(item, 'resources').some((name) => ['secrets', '*.', '*.*'].includes(name)),
  );
  const first = itemsOf(entry, 'providers')[0];
  const provider = first?.kind === 'map' ? [...first.entries.keys()][0] : undefined;
  const facts = factOf('cluster.encryption-of-secrets', provider ?? 'none');
  if (first === undefined || provider === undefined) out.key(node, 'kind', facts);
  else out.node(first, `providers: [${provider}, …]`, facts);
}

/** Secrets that are credentials of the cluster itself. */
const CREDENTIALS: ReadonlySet<string> = new Set([
  'kubernetes.io/service-account-token',
  'bootstrap.kubernetes.io/token',
]);

function stateSecret(out: Statements, { node }: KubernetesObject): void {
  const type = textOf(node, 'type') ?? '';
  if (!CREDENTIALS.has(type)) return;
  const ends = ['data', 'stringData'].some((part) => textOf(node, part, 'expiration') !== undefined);
  out.key(node, 'type', { ...factOf('cluster.secret-type', type), ...factOf('cluster.secret-expires', ends) });
}

/** `failurePolicy` defaults to Fail (admissionregistration/v1 `SetDefaults_ValidatingWebhook`). */
function stateWebhooks(out: Statements, { node }: KubernetesObject): void {
  const webhooks = itemsOf(node, 'webhooks');
  const ignoring = webhooks.filter((webhook) => textOf(webhook, 'failurePolicy') === 'Ignore');
  const names = ignoring.map((webhook) => textOf(webhook, 'name') ?? '?');
  const facts = factOf('cluster.webhook-ignores-failure', names);
  const [first] = ignoring;
  if (first?.kind === 'map') out.key(first, 'failurePolicy', facts);
  else if (webhooks.length > 0) out.key(node, 'webhooks', facts);
  for (const webhook of webhooks) {
    const sees = itemsOf(webhook, 'rules').find(seesSecrets);
    if (sees?.kind === 'map')
      out.key(sees, 'resources', factOf('cluster.webhook-reaches-secrets', true), 'resources: [secrets]');
  }
}

function seesSecrets(rule: Node): boolean {
  const ofCore = textsOf(rule, 'apiGroups').some((group) => group === '' || group === '*');
  return ofCore && textsOf(rule, 'resources').some((resource) => SECRETS.has(resource));
}

const SECRETS: ReadonlySet<string> = new Set(['secrets', '*', '*/*']);

function stateValidation(out: Statements, { node }: KubernetesObject): void {
  const spec = mapOf(node, 'spec');
  if (spec === undefined) return;
  const actions = textsOf(spec, 'validationActions');
  const shown = `validationActions: [${actions.join(', ')}]`;
  out.key(spec, 'validationActions', factOf('cluster.validation-actions', actions), shown);
}
