import { type Source, Unknown } from '../posture/index.ts';
import { apiServer, grant } from './derive-identity.ts';
import { clientOf } from './derive-network.ts';
import { by, placeText, type Surroundings, type SystemObject, statedAt } from './scene.ts';

/** Objects of a cluster that are no workload: each belongs to the element that it configures. */
export function deriveCluster(object: SystemObject, surroundings: Surroundings): void {
  const { subject, posture } = object;
  const { builder } = surroundings;
  const kind = posture.known('kubernetes.kind') ?? '';
  const name = subject.name.split(' ').at(-1) ?? subject.name;
  const at = statedAt(subject.place, subject.name, 'orchestrate');
  const api = apiServer(surroundings);
  const element = { source: at.source, targets: [subject.id] };
  switch (kind) {
    case 'Namespace':
      builder.element({ id: `namespace:${name}`, kind: 'namespace', name: `namespace ${name}`, ...element });
      return;
    case 'PersistentVolume':
      builder.element({
        id: `volume:persistent:${name}`,
        kind: 'volume',
        name: `persistent volume ${name}`,
        ...element,
      });
      return;
    case 'Service':
      surroundings.later.push(() => service(object, surroundings));
      return;
    case 'KubeletConfiguration':
      builder.element({ id: 'node:group', kind: 'node', name: 'nodes of the cluster', ...element });
      return;
    default:
      // It speaks of the API server, or grants rights there.
      builder.element({ id: api, kind: 'api-server', name: 'API server of the cluster', ...element });
      bound(object, surroundings, api);
  }
}

/** Where no pod of the files is known to stand behind a port of a Service, it opens the network of the pods. */
function service({ subject, posture }: SystemObject, surroundings: Surroundings): void {
  const { builder } = surroundings;
  const network = builder.element({
    id: 'network:pods',
    kind: 'network',
    name: 'network of the pods',
    source: statedAt(subject.place, subject.name, 'orchestrate').source,
    targets: [subject.id],
  });
  for (const [port, fact] of posture.family<boolean>('network.published.')) {
    if (fact.value === false || surroundings.routed.has(placeText(fact.source))) continue;
    builder.relate(clientOf(surroundings, port), 'reaches', network, by(fact), { detail: `${port} (${subject.name})` });
  }
}

function bound({ posture }: SystemObject, surroundings: Surroundings, api: string): void {
  const to = posture.get('cluster.granted-to');
  if (to === undefined || to.value instanceof Unknown || !Array.isArray(to.value)) return;
  const rights = posture.family('rbac.');
  const all = posture.get('rbac.*');
  for (const holder of to.value as readonly string[]) {
    const who = holderOf(holder, surroundings, to.source);
    if (all !== undefined) grant(surroundings, who, api, '*', all);
    for (const [right, fact] of rights) grant(surroundings, who, api, right, fact);
  }
}

/** `ServiceAccount/shop/web`, `User/jane`, `Group/system:masters`. */
function holderOf(holder: string, { builder }: Surroundings, source: Source): string {
  const [kind, ...rest] = holder.split('/');
  if (kind === 'ServiceAccount') {
    const owner = rest.join('/');
    return builder.element({
      id: `service-account:${owner}`,
      kind: 'service-account',
      name: `service account ${owner}`,
      source,
      targets: [],
    });
  }
  return builder.element({ id: `user:${holder}`, kind: 'user', name: holder.replace('/', ' '), source, targets: [] });
}
