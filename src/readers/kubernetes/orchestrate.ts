import { factOf, Unknown } from '../../posture/index.ts';

import type { ClusterIndex } from './cluster-index.ts';
import { LIMIT_OF_RESOURCE, quantity } from './container-facts.ts';
import { stateNetworkPolicies } from './network-policy.ts';
import { describeObject, itemsOf, type KubernetesObject, mapOf, textOf } from './object.ts';
import type { Pod, PodContainer } from './pods.ts';
import type { Rbac } from './rbac.ts';
import { stateRoutes } from './routes.ts';
import { stateIdentity } from './service-account.ts';
import { apiDefault, Statements, sourceOfKey } from './statements.ts';

/** What other objects of the cluster make of a pod: placed before what the pod itself says, which overrides it. */
export function orchestrate(pod: Pod, container: PodContainer, cluster: ClusterIndex, rbac: Rbac): Statements {
  const out = new Statements(pod.object.document, 'orchestrate');
  out.key(pod.object.node, 'kind', { 'kubernetes.kind': pod.object.kind });
  stateNamespace(out, pod, cluster);
  stateLimitRanges(out, pod, cluster);
  stateIdentity(out, pod, container, cluster, rbac);
  stateNetworkPolicies(out, pod, cluster);
  stateRoutes(out, pod, container, cluster);
  return out;
}

const ENFORCE = 'pod-security.kubernetes.io/enforce';

function stateNamespace(out: Statements, pod: Pod, cluster: ClusterIndex): void {
  const { object } = pod;
  const { namespace, namespaceStated } = object;
  const metadata = mapOf(object.node, 'metadata');
  if (namespaceStated && metadata !== undefined) {
    out.key(metadata, 'namespace', { 'kubernetes.namespace': namespace });
  } else {
    out.add(apiDefault('client-go tools/clientcmd: the context’s namespace, else default'), {
      'kubernetes.namespace': namespace,
    });
  }
  const found = cluster.get('Namespace', '', namespace);
  if (found !== undefined) {
    stateLabels(out, found);
  } else {
    const why = new Unknown(`the Namespace object \`${namespace}\` is not among the files`);
    out.key(object.node, 'kind', factOf(`kubernetes.namespace-label.${ENFORCE}`, why));
  }
  stateAdmission(out, cluster);
}

/** Whatever may refuse or change pods beside Pod Security admission. */
export function stateAdmission(out: Statements, cluster: ClusterIndex): void {
  const engine = cluster.admission[0];
  if (engine !== undefined) {
    const why = new Unknown(`${describeObject(engine)} may refuse or change pods; what it does is not modelled`);
    out.add(sourceOfKey(engine.document, engine.node, 'kind'), { 'cluster.policy-engine': why });
  }
}

/** Labels of the namespace; `none` for the one that Pod Security admission acts on, where it is not set. */
export function stateLabels(out: Statements, namespace: KubernetesObject): void {
  const labels = mapOf(namespace.node, 'metadata', 'labels');
  for (const [label, value] of namespace.labels) {
    if (labels === undefined) continue;
    out.add(sourceOfKey(namespace.document, labels, label), factOf(`kubernetes.namespace-label.${label}`, value));
  }
  if (!namespace.labels.has(ENFORCE)) {
    out.add(
      sourceOfKey(namespace.document, namespace.node, 'kind'),
      factOf(`kubernetes.namespace-label.${ENFORCE}`, 'none'),
    );
  }
}

/** Defaults for containers that state no limit themselves (plugin/pkg/admission/limitranger `defaultContainerResourceRequirements`). */
function stateLimitRanges(out: Statements, pod: Pod, cluster: ClusterIndex): void {
  for (const range of cluster.inNamespace('LimitRange', pod.object.namespace)) {
    for (const item of itemsOf(range.node, 'spec', 'limits')) {
      if (textOf(item, 'type') !== 'Container') continue;
      // Where only a maximum is stated it is the default too (apis/core/v1/defaults.go `SetDefaults_LimitRangeItem`).
      for (const field of ['max', 'default']) stateLimitDefaults(out, range, mapOf(item, field));
    }
  }
}

function stateLimitDefaults(out: Statements, range: KubernetesObject, defaults: ReturnType<typeof mapOf>): void {
  for (const [resource, { value }] of defaults?.entries ?? []) {
    const limit = Object.hasOwn(LIMIT_OF_RESOURCE, resource) ? LIMIT_OF_RESOURCE[resource] : undefined;
    if (limit === undefined || defaults === undefined || value.kind !== 'scalar') continue;
    const source = sourceOfKey(
      range.document,
      defaults,
      resource,
      `LimitRange ${range.name}: ${resource}: ${value.text}`,
    );
    out.add(source, factOf(`limit.${limit}`, quantity({ value: value.text, node: value })));
  }
}
