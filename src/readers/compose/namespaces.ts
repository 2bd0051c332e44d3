import { factOf, type NamespaceMode, Unknown, type Value } from '../../posture/index.ts';
import { type Scene, valueAt } from './scene.ts';
import type { Leaf, Of } from './schema.ts';

/** pid, ipc, uts, cgroup and network namespaces, joined ones followed to the service that owns them. */

interface NamespaceKey {
  readonly key: 'pid' | 'ipc' | 'uts' | 'cgroup' | 'network_mode';
  readonly type: 'pid' | 'ipc' | 'uts' | 'cgroup' | 'net';
  /** What a word means; moby api/types/container/hostconfig.go has the words of each mode. Any other word names a network. */
  readonly words: Readonly<Record<string, NamespaceMode>>;
}

const KEYS: readonly NamespaceKey[] = [
  { key: 'pid', type: 'pid', words: { host: 'host' } },
  { key: 'ipc', type: 'ipc', words: { host: 'host', private: 'private', shareable: 'private', none: 'private' } },
  { key: 'uts', type: 'uts', words: { host: 'host' } },
  { key: 'cgroup', type: 'cgroup', words: { host: 'host', private: 'private' } },
  { key: 'network_mode', type: 'net', words: { host: 'host' } },
];

const NETWORK = KEYS[4] as NamespaceKey;

const JOINS = /^(service|container):(.*)$/s;

export function namespaces(scene: Scene): void {
  for (const namespace of KEYS) {
    const leaf = valueAt(scene.service[namespace.key]);
    if (leaf !== undefined && leaf.value !== '') stateNamespace(scene, namespace, leaf);
  }
}

function stateNamespace(scene: Scene, namespace: NamespaceKey, leaf: Leaf<string>): void {
  const at = scene.key(namespace.key);
  const key = `namespace.${namespace.type}` as const;
  const mode = resolve(scene, namespace, [], (message, hint) =>
    scene.problem('namespace-mode', message, hint, at.span),
  );
  if (mode !== undefined) scene.state(at, factOf(key, mode));
  if (namespace.key === 'network_mode') scene.state(at, factOf('request.network', leaf.value));
}

/** The service whose network namespace a service really uses: itself, or the end of a chain of `service:`. */
export function networkOwner(scene: Scene): Scene {
  const seen = new Set<Scene>();
  let owner = scene;
  for (;;) {
    seen.add(owner);
    const leaf = valueAt(owner.service.network_mode);
    const next = leaf === undefined ? undefined : joined(owner, leaf.value);
    if (!(next instanceof Object) || next instanceof Unknown || seen.has(next)) return owner;
    owner = next;
  }
}

/** The service that `service:NAME` or `container:NAME` names; undefined where the value names none. */
function joined(scene: Scene, value: Value<string>): Scene | Unknown | undefined {
  if (value instanceof Unknown) return undefined;
  const [, kind, name = ''] = JOINS.exec(value) ?? [];
  if (kind === undefined) return undefined;
  if (kind === 'service') return scene.model.scenes.get(name) ?? new Unknown(`service \`${name}\` is not in the file`);
  return (
    scene.model.relations.byContainerName.get(name) ??
    new Unknown(`container \`${name}\` is not described here; what it shares with the host is not known`)
  );
}

const CIRCLE = new Unknown('services join each other’s namespace in a circle');

type Complain = (message: string, hint: string) => void;

function resolve(
  scene: Scene,
  namespace: NamespaceKey,
  seen: readonly Scene[],
  complain: Complain,
): Value<NamespaceMode> | undefined {
  const value = valueAt(scene.service[namespace.key])?.value;
  if (value === undefined || value === '') return undefined;
  if (value instanceof Unknown) return value;
  if (Object.hasOwn(namespace.words, value)) return namespace.words[value];
  const target = joined(scene, value);
  if (target === undefined) return namespace === NETWORK ? 'private' : misspelt(namespace, value, complain);
  if (target instanceof Unknown) {
    if (value.startsWith('service:')) complain(target.why, 'name a service of the project');
    return target;
  }
  const circular = target === scene || seen.includes(target);
  const theirs = circular ? CIRCLE : resolve(target, namespace, [...seen, scene], () => {});
  if (theirs === CIRCLE)
    complain(`\`${namespace.key}: ${value}\` goes round in a circle`, 'let one service own the namespace');
  return theirs === undefined || theirs === 'private' ? 'shared' : theirs;
}

function misspelt(namespace: NamespaceKey, value: string, complain: Complain): Unknown {
  const why = `\`${namespace.key}: ${value}\` is not understood`;
  complain(why, `known are ${[...Object.keys(namespace.words), 'service:NAME', 'container:NAME'].join(', ')}`);
  return new Unknown(why);
}

/** A namespace of one's own is shared once another service joins it; the line that does so stands elsewhere. */
export function joinedByOthers(scene: Scene): void {
  for (const { other, namespace } of scene.model.relations.joiners.get(scene.name) ?? []) {
    const own = resolve(scene, namespace, [], () => {});
    if (own === undefined || own === 'private') {
      scene.state(other.key(namespace.key), factOf(`namespace.${namespace.type}`, 'shared'));
    }
  }
}

interface Joiner {
  readonly other: Scene;
  readonly namespace: NamespaceKey;
}

/** What services say of each other. */
export interface Relations {
  readonly byContainerName: ReadonlyMap<string, Scene>;
  /** By the name of the service whose namespace is joined. */
  readonly joiners: ReadonlyMap<string, readonly Joiner[]>;
  /** Services by the named volume that they mount. */
  readonly volumeUsers: ReadonlyMap<string, ReadonlySet<string>>;
}

export function relationsOf(scenes: ReadonlyMap<string, Scene>): Relations {
  const byContainerName = new Map<string, Scene>();
  const joiners = new Map<string, Joiner[]>();
  const volumeUsers = new Map<string, Set<string>>();
  for (const scene of scenes.values()) {
    const name = valueAt(scene.service.container_name)?.value;
    if (typeof name === 'string') byContainerName.set(name, scene);
  }
  for (const other of scenes.values()) {
    for (const namespace of KEYS) {
      const value = valueAt(other.service[namespace.key])?.value;
      const [, kind, name = ''] = typeof value === 'string' ? (JOINS.exec(value) ?? []) : [];
      const target =
        kind === 'service' ? scenes.get(name) : kind === 'container' ? byContainerName.get(name) : undefined;
      if (target !== undefined && target !== other) append(joiners, target.name, { other, namespace });
    }
    for (const volume of valueAt(other.service.volumes) ?? []) noteVolume(volumeUsers, other, volume);
  }
  return { byContainerName, joiners, volumeUsers };
}

function append<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

function noteVolume(users: Map<string, Set<string>>, scene: Scene, volume: Of<'volumes'>[number]): void {
  const leaf = 'value' in volume ? volume : volume.source;
  if (typeof leaf?.value !== 'string') return;
  const name = 'value' in volume ? (leaf.value.split(':')[0] as string) : leaf.value;
  const known = users.get(name);
  if (known === undefined) users.set(name, new Set([scene.name]));
  else known.add(scene.name);
}
