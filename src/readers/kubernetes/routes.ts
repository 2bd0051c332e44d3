import { factOf, type StatedSource, Unknown } from '../../posture/index.ts';
import type { MapNode, Node } from '../document/index.ts';

import type { ClusterIndex } from './cluster-index.ts';
import { itemsOf, type KubernetesObject, mapOf, textOf, textsOf } from './object.ts';
import type { Pod, PodContainer } from './pods.ts';
import { type Statements, sourceOfNode } from './statements.ts';

/**
 * What leads from outside of the cluster to a container: the ports of Services whose selector takes the pod in, opened on every node,
 * by a load balancer or at an address, and the rules of Ingresses that name such a Service. Stated at the container as
 * `network.routed.WHERE`, by the line of the Service or Ingress. Which container of the pod it is, its `containerPort` says
 * (k8s.io/endpointslice `FindPort`: a name must be that of a port, a number need not be stated anywhere).
 */
export function stateRoutes(out: Statements, pod: Pod, container: PodContainer, cluster: ClusterIndex): void {
  if (!RUNNING.has(container.role)) return;
  for (const service of cluster.servicesOf(pod.object.namespace, pod.labels)) {
    const spec = mapOf(service.node, 'spec') as MapNode;
    for (const port of itemsOf(spec, 'ports')) {
      const led = leadsTo(textOf(port, 'targetPort') ?? textOf(port, 'port') ?? '', pod, container);
      if (led === undefined) continue;
      for (const { where, source } of [...openings(service, spec, port), ...ingresses(service, port, cluster)])
        out.add(source, factOf(`network.routed.${where}`, led));
    }
  }
}

/** Containers that go on running: what comes to the port of a pod comes to one of these. */
const RUNNING: ReadonlySet<PodContainer['role']> = new Set<PodContainer['role']>(['container', 'sidecar']);

/** Undefined where the traffic goes to another container, or to none. */
function leadsTo(target: string, pod: Pod, container: PodContainer): true | Unknown | undefined {
  const running = pod.containers.filter(({ role }) => RUNNING.has(role));
  const declaring = running.filter(({ spec }) => itemsOf(spec.node, 'ports').some((port) => isPort(port, target)));
  if (declaring.length > 0) return declaring.includes(container) ? true : undefined;
  if (!/^\d+$/.test(target)) return undefined;
  return running.length === 1
    ? true
    : new Unknown(`no container of the pod states port ${target}: any may listen there`);
}

function isPort(port: Node, target: string): boolean {
  return textOf(port, 'containerPort') === target || textOf(port, 'name') === target;
}

interface Opening {
  readonly where: string;
  readonly source: StatedSource;
}

/** Addresses outside of the cluster at which a port of a Service answers. */
function openings(service: KubernetesObject, spec: MapNode, port: Node): Opening[] {
  const type = textOf(spec, 'type') ?? 'ClusterIP';
  const number = textOf(port, 'port') ?? '?';
  const protocol = (textOf(port, 'protocol') ?? 'TCP').toLowerCase();
  const source = sourceOfNode(service.document, port, `Service ${service.name}: port: ${number} (type: ${type})`);
  const addresses = textsOf(spec, 'externalIPs').map((address) => `${address}:${number}`);
  if (type === 'NodePort' || type === 'LoadBalancer') {
    // Allocated ports of two Services are two.
    addresses.push(`0.0.0.0:${textOf(port, 'nodePort') ?? `allocated for ${service.name}`}`);
  }
  return addresses.map((address) => ({ where: `${address}/${protocol}`, source }));
}

function ingresses(service: KubernetesObject, port: Node, cluster: ClusterIndex): Opening[] {
  return cluster.backendsOf(service).flatMap(({ ingress, node, host, path }) => {
    const named = backendPort(node);
    if (named !== undefined && named !== textOf(port, 'port') && named !== textOf(port, 'name')) return [];
    const where = `${host}${path}`;
    return [
      { where, source: sourceOfNode(ingress.document, node, `Ingress ${ingress.name}: ${where} to ${service.name}`) },
    ];
  });
}

/** `backend.service.port` of networking.k8s.io/v1, `servicePort` of the versions before. */
function backendPort(backend: Node): string | undefined {
  const port = mapOf(backend, 'service', 'port');
  return textOf(port, 'number') ?? textOf(port, 'name') ?? textOf(backend, 'servicePort');
}
