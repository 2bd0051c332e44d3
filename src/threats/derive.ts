/**
 * The system of a run, derived from the postures of its objects: elements, and how they are joined, each with the line that says so.
 * Time and memory are linear in the number of statements.
 */
import { posix } from 'node:path';
import { deriveCluster } from './derive-cluster.ts';
import { assumedHost, nodeOf, surroundingsOf } from './derive-host.ts';
import { deriveIdentity } from './derive-identity.ts';
import { deriveImageOf, deriveImageSubject } from './derive-image.ts';
import { deriveNetwork } from './derive-network.ts';
import { deriveSecrets, deriveStorage } from './derive-storage.ts';
import { by, developer, type Scene, type Surroundings, type SystemObject, statedAt } from './scene.ts';
import { type System, SystemBuilder } from './system.ts';

export function systemOf(objects: readonly SystemObject[]): System {
  const builder = new SystemBuilder();
  const surroundings = surroundingsOf(objects, builder);
  for (const object of objects) DERIVE[object.subject.kind](object, surroundings);
  for (const derive of surroundings.later) derive();
  nestPaths(builder);
  return builder.build();
}

/** Hosts are in the system before all others. */
const DERIVE: Readonly<
  Record<SystemObject['subject']['kind'], (object: SystemObject, surroundings: Surroundings) => void>
> = {
  workload: deriveWorkload,
  image: deriveImageSubject,
  engine: deriveEngine,
  host: () => undefined,
  cluster: deriveCluster,
};

function deriveWorkload(object: SystemObject, surroundings: Surroundings): void {
  const scene = sceneOf(object, surroundings);
  const { builder, container, home, own } = scene;
  const inCluster = object.subject.engine === 'kubernetes';
  const why = inCluster ? undefined : surroundings.hostAssumed;
  builder.relate(container, 'runs-on', home, { phase: 'run', source: own.source }, { assumed: why });
  if (object.engine !== undefined) stateEngine(scene, object.engine);
  deriveImageOf(scene);
  deriveStorage(scene);
  deriveSecrets(scene);
  deriveNetwork(scene);
  if (inCluster) deriveIdentity(scene);
  sharedNamespaces(scene);
}

function sceneOf({ subject, posture }: SystemObject, surroundings: Surroundings): Scene {
  const { builder } = surroundings;
  const own = statedAt(subject.place, subject.name, subject.artifact === 'oci-config' ? 'create' : 'request');
  const sandbox = posture.known('sandbox.kind');
  const container = builder.element({
    id: `container:${subject.id}`,
    kind: 'container',
    name: subject.name,
    source: own.source,
    targets: [subject.id],
    ...(sandbox !== undefined && { attributes: { sandbox } }),
  });
  const node = posture.get('kubernetes.node-name')?.value;
  const home =
    subject.engine === 'kubernetes' ? nodeOf(node, surroundings, own.source) : assumedHost(surroundings, own.source);
  const project = subject.artifact === 'compose' ? subject.id.split('#', 1)[0] : subject.engine;
  return { ...surroundings, subject, posture, container, home, scope: project ?? 'host', own };
}

/** `docker@29.7.2` is the engine docker; each of a kind on a host is one. */
function stateEngine({ builder, container, home, own: { source } }: Scene, engine: string): void {
  const name = engine.split('@', 1)[0] ?? engine;
  const id = builder.element({ id: `engine:${name}`, kind: 'engine', name: engine, source, targets: [] });
  builder.relate(container, 'started-by', id, { phase: 'create', source });
  builder.relate(id, 'runs-on', home, { phase: 'host', source });
  if (name !== 'kubernetes') builder.relate(developer(builder), 'asks', id, { phase: 'request', source });
}

function deriveEngine({ subject }: SystemObject, surroundings: Surroundings): void {
  const { builder, hostAssumed } = surroundings;
  const name = subject.engine ?? 'docker';
  const at = statedAt(subject.place, subject.name, 'host');
  const { source } = at;
  const id = builder.element({ id: `engine:${name}`, kind: 'engine', name, source, targets: [subject.id] });
  builder.relate(id, 'runs-on', assumedHost(surroundings, source), at, { assumed: hostAssumed });
}

/** Of the user namespace the vectors speak: that of the host is the usual one. */
const NAMESPACES = ['pid', 'net', 'ipc', 'uts', 'mnt'] as const;

function sharedNamespaces({ builder, posture, container, home, scope, subject }: Scene): void {
  for (const type of NAMESPACES) {
    const fact = posture.get(`namespace.${type}`);
    if (fact?.value === 'host') builder.relate(container, 'shares-host', home, by(fact), { detail: type });
    if (fact?.value !== 'shared' || fact.source.kind !== 'stated' || subject.artifact !== 'compose') continue;
    const joined = /(?:service|container):([\w.-]+)/.exec(fact.source.text)?.[1];
    if (joined !== undefined && joined !== subject.name)
      builder.relate(container, 'shares-with', `container:${scope}#${joined}`, by(fact), { detail: type });
  }
}

/** A path of the host and one above it that another container is shown: who has the upper one has the lower one. */
function nestPaths(builder: SystemBuilder): void {
  const byPath = new Map<string, string>();
  const volumes = [...builder.ofKind('volume')].filter(({ attributes }) => attributes?.path !== undefined);
  for (const { id, attributes } of volumes) byPath.set(`${attributes?.on} ${attributes?.path}`, id);
  for (const { id, attributes, source } of volumes) {
    const path = attributes?.path ?? '';
    for (let above = posix.dirname(path), at = path; above !== at; at = above, above = posix.dirname(above)) {
      const upper = byPath.get(`${attributes?.on} ${above}`);
      if (upper !== undefined && source !== undefined) builder.relate(id, 'part-of', upper, { phase: 'run', source });
    }
  }
}
