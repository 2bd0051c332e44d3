import { type Fact, Unknown } from '../posture/index.ts';
import { by, developer, type Scene, type Surroundings } from './scene.ts';

/** Who a pod is to the API server, what that identity may do, and where the pod belongs. */
export function deriveIdentity(scene: Scene): void {
  const { builder, container, home, own, subject } = scene;
  const namespace = namespaceOf(scene);
  if (subject.pod !== undefined) {
    const pod = builder.element({
      id: `pod:${subject.pod.id}`,
      kind: 'pod',
      name: `${subject.pod.object.kind} ${subject.pod.object.name}`,
      source: { kind: 'stated', text: subject.pod.object.kind, ...subject.pod.object.place },
      targets: [],
    });
    builder.relate(container, 'in-pod', pod, own);
    builder.relate(pod, 'in-namespace', namespace, own);
  }
  const api = apiServer(scene);
  builder.relate(api, 'controls', home, { phase: 'orchestrate', source: own.source });
  builder.relate(developer(builder), 'asks', api, { phase: 'request', source: own.source });
  account(scene, api);
}

export function apiServer({ builder }: Surroundings): string {
  return builder.element({
    id: 'api-server:cluster',
    kind: 'api-server',
    name: 'API server of the cluster',
    targets: [],
    assumed: 'the Kubernetes objects are taken to be of one cluster',
  });
}

function namespaceOf({ builder, posture, own }: Scene): string {
  const fact = posture.get('kubernetes.namespace');
  const name = typeof fact?.value === 'string' ? fact.value : 'default';
  return builder.element({
    id: `namespace:${name}`,
    kind: 'namespace',
    name: `namespace ${name}`,
    source: fact?.source ?? own.source,
    targets: [],
  });
}

function account(scene: Scene, api: string): void {
  const { builder, posture, container, accounts } = scene;
  const named = posture.get('kubernetes.service-account');
  if (named === undefined || named.value instanceof Unknown) return;
  const owner = `${posture.known('kubernetes.namespace') ?? 'default'}/${named.value}`;
  const id = builder.element({
    id: `service-account:${owner}`,
    kind: 'service-account',
    name: `service account ${owner}`,
    source: named.source,
    targets: [],
  });
  const token = posture.get('kubernetes.service-account-token');
  if (token?.value === false) builder.relate(container, 'named-as', id, by(token));
  else {
    const why = token?.value instanceof Unknown ? token.value.why : undefined;
    builder.relate(container, 'uses', id, by(token ?? named), { assumed: why });
  }
  if (accounts.has(id)) return;
  accounts.add(id);
  const all = posture.get('rbac.*');
  if (all !== undefined) grant(scene, id, api, '*', all);
  for (const [right, fact] of posture.family('rbac.')) grant(scene, id, api, right, fact);
}

/** Rights that the files grant; what other bindings may grant is not known and not told here. */
export function grant(
  { builder }: Surroundings,
  who: string,
  api: string,
  right: string,
  fact: Fact<unknown>,
  assumed?: string,
): void {
  const { value } = fact;
  if (value !== 'cluster' && value !== 'namespace') return;
  builder.relate(who, 'granted', api, by(fact), { detail: `${right} (${value})`, assumed });
}
