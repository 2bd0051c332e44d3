import { CofferdamError, type Place } from '../../posture/index.ts';
import { DecodeContext, type Document, type MapNode, type Node } from '../document/index.ts';
import { known } from './fields.ts';
import { entryOf, itemsOf, type KubernetesObject, mapOf, textOf, wordsOf } from './object.ts';
import { type Container, type PodSpec, podSpec } from './pod-schema.ts';

/** A pod, or the template that a controller makes pods of. */
export interface Pod {
  readonly object: KubernetesObject;
  /** `deploy.yaml#Deployment/default/web`. */
  readonly id: string;
  /** The mapping that holds the pod's metadata and spec: the object itself where it is a Pod. */
  readonly template: MapNode;
  readonly spec: PodSpec;
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
  /** The pod's own annotations mapping, for places. */
  readonly annotationsNode: MapNode | undefined;
  /** Volumes that the controller adds to each pod (`volumeClaimTemplates`), as the claim's name. */
  readonly claimTemplates: ReadonlySet<string>;
  readonly containers: readonly PodContainer[];
  /** Names of the containers that mount a volume, by the volume's name. */
  readonly mounters: ReadonlyMap<string, readonly string[]>;
}

export type ContainerRole = 'container' | 'init' | 'sidecar' | 'ephemeral';

export interface PodContainer {
  readonly role: ContainerRole;
  readonly spec: Container;
  readonly name: string;
  /** `container/app`, `init/setup`, `ephemeral/debug`; a sidecar stands among the init containers. */
  readonly path: string;
  readonly place: Place;
}

/** Kinds whose pod must be found; elsewhere a pod template is looked for by content. */
const WORKLOAD_KINDS = new Set([
  'Pod',
  'PodTemplate',
  'Deployment',
  'ReplicaSet',
  'ReplicationController',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
]);

/** Kinds that hold no pod although they may be large: not searched. */
const NEVER = new Set(['ConfigMap', 'Secret', 'CustomResourceDefinition', 'Event']);
const MAX_DEPTH = 12;
/** Aliases make many containers of a short text; no cluster stores a pod of this size. */
const MAX_CONTAINERS = 500;

export function readPods(object: KubernetesObject, problems: CofferdamError[]): Pod[] {
  if (NEVER.has(object.kind)) return [];
  const found: Located[] = [];
  if (object.kind === 'Pod') {
    const spec = mapOf(object.node, 'spec');
    if (spec !== undefined) found.push({ path: '', template: object.node, spec });
  } else {
    findTemplates(object.node, '', 0, { found, seen: new Set() });
  }
  if (found.length === 0 && WORKLOAD_KINDS.has(object.kind)) {
    const hint = 'state its containers: nothing can be said about this workload';
    problems.push(new CofferdamError('no-pod', `${object.kind} \`${object.name}\` has no pod`, hint, object.place));
  }
  return found.flatMap((at, index) => readPod(object, at, index > 0, problems) ?? []);
}

interface Located {
  readonly path: string;
  readonly template: MapNode;
  readonly spec: MapNode;
}

interface Search {
  readonly found: Located[];
  /** Contents visited: aliases share them, and a bomb of aliases is searched once. */
  readonly seen: Set<unknown>;
}

/** A mapping with a `spec` that lists containers, wherever a controller keeps it (`spec.template`, `spec.jobTemplate.spec.template`, …). */
function findTemplates(node: Node, path: string, depth: number, search: Search): void {
  if (depth > MAX_DEPTH || node.kind === 'scalar') return;
  const contents = node.kind === 'list' ? node.items : node.entries;
  if (search.seen.has(contents)) return;
  search.seen.add(contents);
  if (node.kind === 'list') {
    for (const [index, item] of node.items.entries()) findTemplates(item, `${path}[${index}]`, depth + 1, search);
    return;
  }
  const spec = mapOf(node, 'spec');
  if (spec !== undefined && depth > 0 && listsContainers(spec)) {
    search.found.push({ path, template: node, spec });
    return;
  }
  for (const [key, { value }] of node.entries) {
    if (key === 'status' || key === 'metadata') continue;
    findTemplates(value, path === '' ? key : `${path}.${key}`, depth + 1, search);
  }
}

function listsContainers(spec: MapNode): boolean {
  return ['containers', 'initContainers'].some((key) => itemsOf(spec, key).some((item) => item.kind === 'map'));
}

function readPod(object: KubernetesObject, at: Located, further: boolean, problems: CofferdamError[]): Pod | undefined {
  const context = new DecodeContext(object.document);
  const spec = podSpec.decode(at.spec, context);
  problems.push(...context.problems);
  if (spec === undefined) return undefined;
  const { document, namespace, name, kind } = object;
  const containers = [
    ...containersOf(spec.containers, 'container', document),
    ...containersOf(spec.initContainers, 'init', document),
    ...containersOf(spec.ephemeralContainers, 'ephemeral', document),
  ];
  if (containers.length > MAX_CONTAINERS) {
    const hint = 'part the workload: it is not read';
    problems.push(new CofferdamError('too-large', `${containers.length} containers in one pod`, hint, object.place));
    return undefined;
  }
  const owner = namespace === '' ? name : `${namespace}/${name}`;
  return {
    object,
    id: `${document.path}#${kind}/${owner}${further ? `@${at.path}` : ''}`,
    template: at.template,
    spec,
    labels: wordsOf(at.template, 'metadata', 'labels'),
    annotations: wordsOf(at.template, 'metadata', 'annotations'),
    annotationsNode: mapOf(at.template, 'metadata', 'annotations'),
    claimTemplates: new Set(
      itemsOf(object.node, 'spec', 'volumeClaimTemplates').flatMap((item) => textOf(item, 'metadata', 'name') ?? []),
    ),
    containers,
    mounters: mountersOf(containers),
  };
}

function mountersOf(containers: readonly PodContainer[]): Map<string, string[]> {
  const mounters = new Map<string, string[]>();
  for (const { name, spec } of containers) {
    for (const volume of new Set(spec.volumeMounts?.map((mount) => known(mount.name)))) {
      if (volume !== undefined) mounters.set(volume, [...(mounters.get(volume) ?? []), name]);
    }
  }
  return mounters;
}

function containersOf(
  specs: readonly Container[] | undefined,
  where: ContainerRole,
  document: Document,
): PodContainer[] {
  return (specs ?? []).map((spec, index) => {
    const name = textOf(spec.node, 'name') ?? String(index);
    const sidecar = where === 'init' && textOf(spec.node, 'restartPolicy') === 'Always';
    return {
      role: sidecar ? 'sidecar' : where,
      spec,
      name,
      path: `${where}/${name}`,
      place: new DecodeContext(document).place(nameNode(spec.node)),
    };
  });
}

/** A container is shown at its name, or at its first line. */
function nameNode(node: MapNode): { start: number; end: number } {
  const name = entryOf(node, 'name');
  return name?.kind === 'scalar' ? name : node;
}
