import { type Fact, Unknown } from '../posture/index.ts';
import { by, placeText, type Scene, type Surroundings } from './scene.ts';

/** Networks that a container is attached to, and who reaches it through a published port. */
export function deriveNetwork(scene: Scene): void {
  const { builder, posture, container } = scene;
  for (const fact of posture.history('network.mode')) attach(scene, fact);
  for (const [port, fact] of posture.family<boolean>('network.published.')) {
    if (fact.value === false) continue;
    const client = clientOf(scene, port);
    builder.relate(client, 'reaches', container, by(fact), { detail: port });
  }
  routes(scene);
}

/** Services and Ingresses that lead to a container of a pod. A policy that restricts may let exactly these in; one that denies does not. */
function routes(scene: Scene): void {
  const { builder, posture, container, routed } = scene;
  const denied = posture.known('network.ingress') === 'none';
  for (const [where, fact] of posture.family<boolean>('network.routed.')) {
    routed.add(placeText(fact.source));
    if (fact.value === false || denied) continue;
    const client = clientOf(scene, where);
    const assumed = fact.value instanceof Unknown ? fact.value.why : undefined;
    builder.relate(client, 'reaches', container, by(fact), { detail: where, assumed });
  }
}

/** Someone on the host itself, where the port is on the loopback address. */
export function clientOf({ builder }: Surroundings, port: string): string {
  const loopback = /^(127\.|\[?::1\]?:|localhost:)/.test(port);
  return builder.element({
    id: loopback ? 'user:local' : 'user:network',
    kind: 'user',
    name: loopback ? 'whoever has an account on the host' : 'whoever reaches a published port',
    targets: [],
    assumed: 'a published port is taken to be reached by anybody on its network',
  });
}

/** Statements that were overridden by a later attachment hold beside it; one without a name only where nothing overrides it. */
function attach(scene: Scene, fact: Fact<unknown>): void {
  const { builder, posture, container } = scene;
  const decides = posture.get('network.mode')?.source === fact.source;
  const named = namesOf(scene, fact);
  if (named.length === 0 && !decides) return;
  if (fact.value instanceof Unknown && named.length === 0) return;
  const restricted = ['ingress', 'egress'].filter((way) => isRestricted(scene, way as 'ingress' | 'egress'));
  for (const { id, name } of named.length > 0 ? named : unnamed(scene, fact)) {
    const internal = fact.value === 'internal';
    builder.element({
      id,
      kind: 'network',
      name,
      source: fact.source,
      targets: [],
      ...(internal && { attributes: { internal: 'true' } }),
    });
    builder.relate(container, 'attached-to', id, by(fact), {
      detail: restricted.length === 0 ? undefined : `${restricted.join(' and ')} restricted by policy`,
    });
  }
}

function isRestricted({ posture }: Scene, way: 'ingress' | 'egress'): boolean {
  const value = posture.known(`network.${way}`);
  return value === 'restricted' || value === 'none';
}

interface Named {
  readonly id: string;
  readonly name: string;
}

/** A fact says the shape of an attachment; the network's name stands in the statement that attaches. */
function namesOf({ posture, scope }: Scene, { source, value }: Fact<unknown>): Named[] {
  if (value === 'none' || value === 'host' || value === 'default-bridge') return [];
  const text = source.kind === 'stated' ? source.text : '';
  const listed = /^networks: \[?([^\]]+)\]?$/.exec(text)?.[1];
  const asked = listed ?? (/^--net(work)?\b/.test(text) ? posture.known('request.network') : undefined);
  return (asked?.split(/,\s*/) ?? [])
    .filter((name) => !/^(container|service|ns):/.test(name) && name !== '')
    .map((name) => ({ id: `network:${scope}:${name}`, name: `network ${name}` }));
}

function unnamed({ home, scope, subject }: Scene, { value }: Fact<unknown>): Named[] {
  switch (value) {
    case 'none':
      return [];
    case 'host':
      return [{ id: `network:${home}`, name: 'network of the host' }];
    case 'default-bridge':
      return [{ id: 'network:docker:bridge', name: 'default bridge of the engine' }];
    case 'pod':
      return [{ id: 'network:pods', name: 'network of the pods' }];
    case 'user-space':
      return [{ id: `network:${subject.id}`, name: `user-space network of ${subject.name}` }];
    default:
      return [{ id: `network:${scope}:default`, name: 'default network' }];
  }
}
