import type { Node } from '../document/index.ts';
import { itemsOf, type KubernetesObject, mapOf, textOf, wordsOf } from './object.ts';

/** A backend of an Ingress, and for what it is asked. */
export interface Backend {
  readonly ingress: KubernetesObject;
  readonly service: string;
  readonly node: Node;
  readonly host: string;
  readonly path: string;
}

export function backendsIn(ingress: KubernetesObject): Backend[] {
  const found: Backend[] = [];
  const add = (node: Node | undefined, host: string, path: string): void => {
    const service = textOf(node, 'service', 'name') ?? textOf(node, 'serviceName');
    if (node !== undefined && service !== undefined) found.push({ ingress, service, node, host, path });
  };
  const spec = mapOf(ingress.node, 'spec');
  for (const name of ['defaultBackend', 'backend']) add(mapOf(spec, name), '*', '/');
  for (const rule of itemsOf(spec, 'rules'))
    for (const path of itemsOf(rule, 'http', 'paths'))
      add(mapOf(path, 'backend'), textOf(rule, 'host') ?? '*', textOf(path, 'path') ?? '/');
  return found;
}

/** Labels that a pod must have, all of them. A Service without any selects nothing by itself. */
export function selectorOf(service: KubernetesObject): ReadonlyMap<string, string> {
  if (textOf(service.node, 'spec', 'type') === 'ExternalName') return new Map();
  return wordsOf(service.node, 'spec', 'selector');
}
