import type { CofferdamError, Statement } from '../../posture/index.ts';
import { factOf, Unknown } from '../../posture/index.ts';

import type { Subject } from '../subject.ts';
import type { PlacedSuppression } from '../suppressions.ts';
import { type ClusterIndex, isOfKnownApi } from './cluster-index.ts';
import { SETTINGS } from './cluster-settings.ts';
import { applies, type Direction, openness } from './network-policy.ts';
import { itemsOf, type KubernetesObject, mapOf, textOf, textsOf } from './object.ts';
import { stateAdmission, stateLabels } from './orchestrate.ts';
import { ANONYMOUS } from './rbac.data.ts';
import type { Binding } from './rbac.ts';
import { byStrength } from './rbac.ts';
import { type Facts, Statements } from './statements.ts';
import { annotatedSuppressions, within } from './suppressions.ts';

/*
 * Objects of the cluster that are a subject of their own: those by which a vector of phase orchestrate (or run, teardown) comes in
 * although no workload of the files shows it.
 *
 *   Namespace             kubernetes.namespace-label.*, cluster.default-deny-ingress, cluster.default-deny-egress
 *   (Cluster)RoleBinding  kubernetes.namespace of the former, rbac.*, cluster.granted-to (`ServiceAccount/NS/NAME`, `User/…`, `Group/…`), cluster.role,
 *                         cluster.granted-to-anonymous, cluster.rule-wildcard (true, where a rule has `*`)
 *   Service               cluster.service-type, cluster.external-ips, cluster.source-ranges, network.published.*
 *   PersistentVolume      cluster.host-path, cluster.reclaim-policy
 *   and those of cluster-settings.ts. Each states its own kind as kubernetes.kind.
 *
 * Ingresses, ServiceAccounts and other Secrets are not: what they open is judged at the workload or binding that they meet.
 */
type State = (out: Statements, object: KubernetesObject, cluster: ClusterIndex) => void;

const STATES: Readonly<Record<string, State>> = {
  Namespace: stateNamespaceObject,
  Service: stateService,
  PersistentVolume: statePersistentVolume,
  ...SETTINGS,
};

export function clusterSubject(
  object: KubernetesObject,
  cluster: ClusterIndex,
  comments: readonly PlacedSuppression[],
  problems: CofferdamError[],
): Subject | undefined {
  const state = Object.hasOwn(STATES, object.kind) ? STATES[object.kind] : undefined;
  if (state === undefined || !isOfKnownApi(object)) return undefined;
  const out = new Statements(object.document, 'orchestrate');
  state(out, object, cluster);
  if (out.list.length === 0) return undefined;
  out.key(object.node, 'kind', { 'kubernetes.kind': object.kind });
  return subjectOf(object, out.list, comments, problems);
}

export function bindingSubject(
  binding: Binding,
  comments: readonly PlacedSuppression[],
  problems: CofferdamError[],
): Subject {
  const { object, subjects, role, grants } = binding;
  const out = new Statements(object.document, 'orchestrate');
  out.key(object.node, 'kind', { 'kubernetes.kind': object.kind });
  const metadata = mapOf(object.node, 'metadata');
  if (object.namespace !== '' && metadata !== undefined)
    out.key(metadata, 'namespace', { 'kubernetes.namespace': object.namespace });
  // The binding itself grants nothing beyond its role.
  out.key(object.node, 'roleRef', { 'rbac.*': 'none', ...factOf('cluster.role', role) }, `roleRef: ${role}`);
  out.list.push(...byStrength(grants));
  const anonymous = subjects.some((subject) => ANONYMOUS.includes(subject));
  out.key(
    object.node,
    'subjects',
    { ...factOf('cluster.granted-to', subjects), ...factOf('cluster.granted-to-anonymous', anonymous) },
    `subjects: [${subjects.join(', ')}]`,
  );
  return subjectOf(object, out.list, comments, problems);
}

function subjectOf(
  object: KubernetesObject,
  statements: readonly Statement[],
  comments: readonly PlacedSuppression[],
  problems: CofferdamError[],
): Subject {
  const { kind, namespace, name, document, place } = object;
  const owner = namespace === '' ? name : `${namespace}/${name}`;
  return {
    id: `${document.path}#${kind}/${owner}`,
    kind: 'cluster',
    name: `${kind} ${owner}`,
    artifact: 'kubernetes',
    engine: 'kubernetes',
    place,
    layers: [{ phase: 'orchestrate', statements }],
    suppressions: [
      ...within(comments, document, object.node).map(({ offset: _, ...rest }) => rest),
      ...annotatedSuppressions(object, mapOf(object.node, 'metadata'), problems),
    ],
  };
}

function stateNamespaceObject(out: Statements, object: KubernetesObject, cluster: ClusterIndex): void {
  stateLabels(out, object);
  stateAdmission(out, cluster);
  const policies = cluster.inNamespace('NetworkPolicy', object.name);
  for (const direction of ['ingress', 'egress'] as const) {
    const denying = policies.find((policy) => deniesAll(policy, direction));
    const why = `no NetworkPolicy among the files denies ${direction} to every pod of the namespace`;
    const value = denying !== undefined ? true : cluster.complete ? false : new Unknown(why);
    out.key(object.node, 'kind', factOf(`cluster.default-deny-${direction}`, value));
  }
}

function deniesAll(policy: KubernetesObject, direction: Direction): boolean {
  const selector = mapOf(policy.node, 'spec', 'podSelector');
  const everyPod = selector === undefined || selector.entries.size === 0;
  return everyPod && applies(policy, direction) && openness(policy, direction) === 'none';
}

function stateService(out: Statements, { node }: KubernetesObject): void {
  const spec = mapOf(node, 'spec');
  if (spec === undefined) return;
  const type = textOf(spec, 'type') ?? 'ClusterIP';
  const external = textsOf(spec, 'externalIPs');
  if (type === 'ClusterIP' && external.length === 0) return;
  out.key(spec, 'type', factOf('cluster.service-type', type));
  if (external.length > 0) {
    out.key(spec, 'externalIPs', factOf('cluster.external-ips', external), `externalIPs: [${external.join(', ')}]`);
  }
  const ranges = textsOf(spec, 'loadBalancerSourceRanges');
  if (ranges.length > 0) {
    const shown = `loadBalancerSourceRanges: [${ranges.join(', ')}]`;
    out.key(spec, 'loadBalancerSourceRanges', factOf('cluster.source-ranges', ranges), shown);
  }
  for (const port of itemsOf(spec, 'ports')) {
    const number = textOf(port, 'port') ?? '?';
    const protocol = (textOf(port, 'protocol') ?? 'TCP').toLowerCase();
    const facts: Facts[] = external.map((address) =>
      factOf(`network.published.${address}:${number}/${protocol}`, true),
    );
    // The port of the nodes is allocated where none is stated (30000-32767).
    if (type === 'NodePort' || type === 'LoadBalancer') {
      facts.push(factOf(`network.published.0.0.0.0:${textOf(port, 'nodePort') ?? 'allocated'}/${protocol}`, true));
    }
    if (facts.length > 0) out.node(port, `port: ${number} (type: ${type})`, Object.assign({}, ...facts) as Facts);
  }
}

function statePersistentVolume(out: Statements, { node }: KubernetesObject): void {
  const spec = mapOf(node, 'spec');
  if (spec === undefined) return;
  for (const source of ['hostPath', 'local']) {
    const volume = mapOf(spec, source);
    const path = textOf(volume, 'path');
    if (volume !== undefined && path !== undefined) out.key(volume, 'path', factOf('cluster.host-path', path));
  }
  const policy = textOf(spec, 'persistentVolumeReclaimPolicy');
  if (policy !== undefined) out.key(spec, 'persistentVolumeReclaimPolicy', factOf('cluster.reclaim-policy', policy));
}
