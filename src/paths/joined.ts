import type { System } from '../threats/system.ts';
import type { Relation, RelationKind } from '../threats/system-types.ts';

/** Relations of the system, and those that the rules of a cluster need beside them. */
export type JoinedKind = RelationKind | 'part-of-cluster';

export interface Joined extends Omit<Relation, 'kind'> {
  readonly kind: JoinedKind;
}

/**
 * Containers belong to the namespace of their pod; service accounts, Secrets and namespaces have their place in their names
 * (`service-account:shop/web`). Each becomes a relation, so that rules speak of relations alone.
 */
export function* joinedRelations(system: System): Generator<Joined> {
  yield* system.relations;
  const [api] = system.ofKind('api-server');
  for (const container of system.ofKind('container')) yield* throughPod(system, container.id);
  for (const kind of ['service-account', 'secret'] as const)
    for (const { id, source } of system.ofKind(kind)) {
      const namespace = `namespace:${/^[\w-]+:([^/#:]+)\//.exec(id)?.[1]}`;
      if (source !== undefined && system.element(namespace) !== undefined)
        yield { kind: 'in-namespace', from: id, to: namespace, phase: 'orchestrate', source };
    }
  if (api === undefined) return;
  for (const { id, source } of system.ofKind('namespace'))
    if (source !== undefined) yield { kind: 'part-of-cluster', from: id, to: api.id, phase: 'orchestrate', source };
}

function* throughPod(system: System, container: string): Generator<Joined> {
  for (const inPod of system.from(container, 'in-pod'))
    for (const inNamespace of system.from(inPod.to, 'in-namespace')) yield { ...inNamespace, from: container };
}
