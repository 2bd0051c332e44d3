import { factOf, type StatedSource, Unknown } from '../../posture/index.ts';
import type { Node } from '../document/index.ts';

import type { ClusterIndex } from './cluster-index.ts';
import { known } from './fields.ts';
import { entryOf, itemsOf, type KubernetesObject, mapOf, textOf, textsOf, wordsOf } from './object.ts';
import type { Pod } from './pods.ts';
import { type Statements, sourceOfKey } from './statements.ts';

type Traffic = 'all' | 'restricted' | 'none';
export type Direction = 'ingress' | 'egress';

const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];

/**
 * What the NetworkPolicies that select a pod leave of its traffic (networking/v1: policies add up; a pod that one selects may do what
 * any of them allows). Without such a policy among the files the answer is Unknown, unless they are a dump of the whole cluster.
 */
export function stateNetworkPolicies(out: Statements, pod: Pod, cluster: ClusterIndex): void {
  for (const direction of DIRECTIONS) {
    const doubt = doubtAbout(pod, cluster);
    const policies = doubt === undefined ? selecting(pod, direction, cluster) : [];
    // The loosest has the last word.
    for (const { policy, open } of policies) out.add(policySource(policy), factOf(`network.${direction}`, open));
    if (policies.length > 0) continue;
    const absent = cluster.complete && cluster.has('NetworkPolicy');
    const why = `no NetworkPolicy among the files selects the pod for ${direction}; the cluster may hold others`;
    out.add(podSource(pod), factOf(`network.${direction}`, doubt ?? (absent ? 'all' : new Unknown(why))));
  }
}

function selecting(pod: Pod, direction: Direction, cluster: ClusterIndex) {
  return cluster
    .inNamespace('NetworkPolicy', pod.object.namespace)
    .filter((policy) => applies(policy, direction) && selects(mapOf(policy.node, 'spec', 'podSelector'), pod.labels))
    .map((policy) => ({ policy, open: openness(policy, direction) }))
    .sort((a, b) => LOOSENESS[a.open] - LOOSENESS[b.open]);
}

const LOOSENESS: Readonly<Record<Traffic, number>> = { none: 0, restricted: 1, all: 2 };

function doubtAbout(pod: Pod, cluster: ClusterIndex): Unknown | undefined {
  if (known(pod.spec.hostNetwork) === true) {
    return new Unknown(
      'the pod uses the host’s network: whether a NetworkPolicy reaches it depends on the network plug-in',
    );
  }
  const foreign = cluster.otherNetworkPolicies[0];
  return foreign === undefined ? undefined : new Unknown(`a ${foreign.kind} may override what NetworkPolicies say`);
}

/** `policyTypes` absent: Ingress, and Egress where the policy has egress rules. */
export function applies(policy: KubernetesObject, direction: Direction): boolean {
  if (entryOf(policy.node, 'spec', 'policyTypes')?.kind === 'list') {
    return textsOf(policy.node, 'spec', 'policyTypes').some((type) => type.toLowerCase() === direction);
  }
  return direction === 'ingress' || itemsOf(policy.node, 'spec', 'egress').length > 0;
}

export function openness(policy: KubernetesObject, direction: Direction): Traffic {
  const rules = itemsOf(policy.node, 'spec', direction);
  if (rules.length === 0) return 'none';
  const peers = direction === 'ingress' ? 'from' : 'to';
  const open = rules.some((rule) => {
    if (itemsOf(rule, 'ports').length > 0) return false;
    const listed = itemsOf(rule, peers);
    return listed.length === 0 || listed.some(isEverybody);
  });
  return open ? 'all' : 'restricted';
}

/** A peer that leaves nobody out: every address, or every pod of every namespace. */
function isEverybody(peer: Node): boolean {
  const cidr = textOf(peer, 'ipBlock', 'cidr');
  if (cidr !== undefined) return /^(0\.0\.0\.0|::)\/0$/.test(cidr) && itemsOf(peer, 'ipBlock', 'except').length === 0;
  const namespaces = mapOf(peer, 'namespaceSelector');
  return namespaces?.entries.size === 0 && (mapOf(peer, 'podSelector')?.entries.size ?? 0) === 0;
}

/** A label selector; an empty one selects everything (apimachinery `LabelSelectorAsSelector`). */
function selects(selector: Node | undefined, labels: ReadonlyMap<string, string>): boolean {
  for (const [key, value] of wordsOf(selector, 'matchLabels')) if (labels.get(key) !== value) return false;
  return itemsOf(selector, 'matchExpressions').every((expression) => {
    const key = textOf(expression, 'key') ?? '';
    const values = textsOf(expression, 'values');
    const value = labels.get(key);
    switch (textOf(expression, 'operator')) {
      case 'In':
        return value !== undefined && values.includes(value);
      case 'NotIn':
        return value === undefined || !values.includes(value);
      case 'Exists':
        return value !== undefined;
      case 'DoesNotExist':
        return value === undefined;
      default:
        return false;
    }
  });
}

function policySource(policy: KubernetesObject): StatedSource {
  return sourceOfKey(policy.document, policy.node, 'spec', `NetworkPolicy ${policy.name}`);
}

/** Absent policies have no place of their own: the pod's labels are what they would have to select. */
function podSource({ object }: Pod): StatedSource {
  return sourceOfKey(object.document, object.node, 'kind');
}
