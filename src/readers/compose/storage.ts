import { factOf, type Mount, Unknown, type Value } from '../../posture/index.ts';
import { parseBytes } from '../bytes.ts';
import type { Node } from '../document/index.ts';
import { mountFlags, propagationOf, tmpfsMount } from '../mount-options.ts';
import { hostPath, insidePath, isAnchored } from '../paths.ts';
import { isExternal } from './network.ts';
import { type At, type Facts, type Scene, valueAt } from './scene.ts';
import type { Leaf, Volume } from './schema.ts';
import { parseVolume } from './volume.ts';

/** The root file system and everything mounted into it. */
export function storage(scene: Scene): void {
  const { service } = scene;
  const readOnly = valueAt(service.read_only);
  if (readOnly) scene.state(scene.key('read_only'), factOf('rootfs.readonly', readOnly.value));
  // compose leaves a secret out where something else is mounted (pkg/compose/create.go `fillBindMounts`): the later statement wins.
  references(scene, 'configs', '/');
  references(scene, 'secrets', '/run/secrets/');
  for (const leaf of valueAt(service.tmpfs) ?? []) shortTmpfs(scene, leaf);
  volumesFrom(scene, scene, []);
  volumes(scene, scene);
  const socket = valueAt(service.use_api_socket);
  if (socket && socket.value !== false) apiSocket(scene, socket.value);
}

/** `from` differs from the scene where `volumes_from` brings the mounts of another service. */
function volumes(scene: Scene, from: Scene, readonly?: boolean): void {
  for (const volume of valueAt(from.service.volumes) ?? []) {
    const at = from.item('volumes', volume.node);
    const [target, mount] =
      'value' in volume ? shortVolume(scene, from, volume, at) : longVolume(scene, from, volume, at);
    const seen = readonly && !(mount instanceof Unknown) ? { ...mount, readonly: true } : mount;
    scene.state(at, factOf(`mount.${target}`, seen));
  }
}

type Placed = readonly [target: string, mount: Value<Mount>];

function shortVolume(scene: Scene, from: Scene, leaf: Leaf<string>, at: At): Placed {
  const text = leaf.node.kind === 'scalar' ? leaf.node.text : '';
  const parsed = parseVolume(text);
  if (typeof parsed === 'string') {
    if (leaf.value instanceof Unknown) return ['?', leaf.value];
    scene.problem('volume', `volume \`${text}\`: ${parsed}`, 'write `SOURCE:TARGET[:OPTIONS]`', at.span);
    return ['?', new Unknown(`volume \`${text}\` is not understood`)];
  }
  const target = insidePath(parsed.target);
  if (leaf.value instanceof Unknown) return [target, leaf.value];
  for (const option of parsed.unknownOptions) {
    scene.problem(
      'volume-option',
      `volume option \`${option}\` is not understood`,
      'known are ro, rw, z, Z, nocopy, rshared, rslave, rprivate',
      at.span,
    );
  }
  if (parsed.unknownOptions.length > 0) return [target, new Unknown('an option of the volume is not understood')];
  const propagation = propagationOf(parsed.propagation ?? '');
  const options = { readonly: parsed.readonly, ...(propagation === undefined ? {} : { propagation }) };
  if (parsed.bind) return [target, { type: 'bind', source: bindSource(from, leaf.node, parsed.source), ...options }];
  return [target, namedVolume(scene, from, parsed.source, options, at)];
}

const bindSource = (scene: Scene, node: Node, source: string): string =>
  hostPath(scene.model.project.sources.folderOf(node), source);

function longVolume(scene: Scene, from: Scene, volume: Volume, at: At): Placed {
  const { type, source, target, read_only, bind, tmpfs } = volume;
  const place = target?.node.kind === 'scalar' ? insidePath(target.node.text) : '?';
  const leaves = [
    type,
    source,
    target,
    read_only,
    bind?.propagation,
    bind?.recursive,
    volume.volume?.subpath,
    volume.image?.subpath,
  ];
  const unknown = leaves.map((leaf) => leaf?.value).find((value) => value instanceof Unknown);
  if (unknown !== undefined) return [place, unknown];
  if (place === '?' || typeof type?.value !== 'string') {
    scene.problem('volume', 'a volume needs `type` and `target`', 'write both', volume.node);
    return [place, new Unknown('a volume without type or target')];
  }
  const options = { readonly: read_only?.value === true, ...bindOptions(bind) };
  const name = typeof source?.value === 'string' ? source.value : '';
  switch (type.value) {
    case 'bind':
      return [place, { type: 'bind', source: bindSource(from, volume.node, name), ...options }];
    case 'volume':
      return [place, withSubpath(namedVolume(scene, from, name, options, at), volume.volume?.subpath)];
    case 'tmpfs': {
      const size = typeof tmpfs?.size?.value === 'string' ? parseBytes(tmpfs.size.value) : undefined;
      return [place, { ...tmpfsMount([]), ...options, ...(size === undefined ? {} : { size }) }];
    }
    case 'npipe':
    case 'cluster':
      return [place, { type: type.value, source: name, ...options }];
    case 'image':
      return [place, withSubpath({ type: 'image', source: name, ...options }, volume.image?.subpath)];
    default:
      scene.problem(
        'volume',
        `volume type \`${type.value}\` is not understood`,
        'known are bind, volume, tmpfs, npipe, cluster, image',
        type.node,
      );
      return [place, new Unknown(`volume type \`${type.value}\` is not understood`)];
  }
}

function withSubpath(mount: Value<Mount>, leaf: Leaf<string> | undefined): Value<Mount> {
  return typeof leaf?.value === 'string' && !(mount instanceof Unknown) ? { ...mount, subpath: leaf.value } : mount;
}

function bindOptions(bind: Volume['bind']): Pick<Mount, 'propagation' | 'recursiveReadonly' | 'submounts'> {
  const propagation = typeof bind?.propagation?.value === 'string' ? propagationOf(bind.propagation.value) : undefined;
  const recursive = bind?.recursive?.value;
  return {
    ...(propagation === undefined ? {} : { propagation }),
    ...(recursive === 'readonly' ? { recursiveReadonly: true } : {}),
    ...(recursive === 'disabled' ? { submounts: false } : {}),
  };
}

/** A volume of the local driver with `o: bind` is a bind mount in disguise. */
function namedVolume(
  scene: Scene,
  from: Scene,
  name: string,
  options: Omit<Mount, 'type' | 'source'>,
  at: At,
): Value<Mount> {
  if (name === '') return { type: 'volume', ...options };
  const { model } = scene;
  const section = model.project.root.entries.get('volumes')?.value;
  const entry = section?.kind === 'map' ? section.entries.get(name) : undefined;
  if (entry === undefined) {
    if (scene === from)
      scene.problem(
        'undefined-volume',
        `volume \`${name}\` is not defined`,
        'define it under the top-level `volumes`, or begin the path of a bind with `./`',
        at.span,
      );
    return new Unknown(`volume \`${name}\` is not defined`);
  }
  const driverOptions = model.sections.volumes?.get(name)?.driver_opts;
  const sharedWith = usersOf(scene, name);
  const shared = sharedWith.length > 0 ? { sharedWith } : {};
  const volume: Mount = { type: 'volume', source: name, ...options, ...shared };
  const binding = driverOptions?.get('o');
  if (binding === undefined) return volume;
  const device = driverOptions?.get('device');
  if (binding.value instanceof Unknown || device?.value instanceof Unknown)
    return new Unknown(`volume \`${name}\` depends on a variable that is not set`);
  const words = binding.value.split(',');
  if (!words.some((word) => word === 'bind' || word === 'rbind') || device === undefined) return volume;
  const flags = mountFlags(words);
  return {
    type: 'bind',
    source: hostPath(model.project.sources.folderOf(entry.value), device.value),
    ...flags,
    ...options,
    readonly: options.readonly || flags.readonly === true,
    ...shared,
  };
}

/** Enough to tell who shares it; all pairs of very many services would not fit. */
const MAX_SHARERS = 20;

/** The other services that mount a named volume. */
function usersOf(scene: Scene, name: string): string[] {
  const others: string[] = [];
  for (const user of scene.model.relations.volumeUsers.get(name) ?? []) {
    if (user !== scene.name) others.push(user);
    if (others.length === MAX_SHARERS) break;
  }
  return others;
}

function shortTmpfs(scene: Scene, leaf: Leaf<string>): void {
  const at = scene.item('tmpfs', leaf.node);
  const [target = '', ...rest] = leaf.node.kind === 'scalar' ? leaf.node.text.split(':') : [];
  const mount = tmpfsMount(rest.join(':').split(','));
  scene.state(at, factOf(`mount.${insidePath(target)}`, leaf.value instanceof Unknown ? leaf.value : mount));
}

/** pkg/compose/create.go `buildContainerSecretMounts`: a file is bound read-only, anything else is copied in. */
function references(scene: Scene, key: 'secrets' | 'configs', folder: string): void {
  for (const item of valueAt(scene.service[key]) ?? []) {
    const at = scene.item(key, item.node);
    const source = 'value' in item ? item : item.source;
    const target = 'value' in item ? undefined : item.target;
    const name = source?.node.kind === 'scalar' ? source.node.text : '';
    const named = target?.node.kind === 'scalar' ? target.node.text : name;
    const place = insidePath(isAnchored(named) ? named : folder + named);
    const unknown = [source?.value, target?.value].find((value) => value instanceof Unknown);
    scene.state(at, factOf(`mount.${place}`, unknown ?? referenced(scene, key, name, at)));
  }
}

function referenced(scene: Scene, key: 'secrets' | 'configs', name: string, at: At): Value<Mount> {
  const section = scene.model.project.root.entries.get(key)?.value;
  const entry = section?.kind === 'map' ? section.entries.get(name) : undefined;
  if (entry === undefined) {
    scene.problem(
      'undefined-reference',
      `\`${name}\` is not defined under the top-level \`${key}\``,
      `define it under \`${key}\``,
      at.span,
    );
    return { type: 'secret', readonly: true };
  }
  const definition = scene.model.sections[key]?.get(name);
  const file = definition?.file?.value;
  if (definition === undefined || isExternal(definition.external) || typeof file !== 'string')
    return { type: 'secret', readonly: true };
  return { type: 'secret', source: hostPath(scene.model.project.sources.folderOf(entry.value), file), readonly: true };
}

/** pkg/compose/apiSocket.go: the engine's socket is bound, and the credentials of the registries are put beside it. */
function apiSocket(scene: Scene, value: Value<boolean>): void {
  const socket: Mount = { type: 'bind', source: '/var/run/docker.sock', readonly: false };
  const facts: Facts = {
    ...factOf('mount./var/run/docker.sock', value instanceof Unknown ? value : socket),
    ...factOf(
      'mount./run/secrets/docker/config.json',
      value instanceof Unknown ? value : { type: 'secret', readonly: true },
    ),
  };
  scene.state(scene.key('use_api_socket'), facts);
}

/** `SERVICE[:ro]` or `container:NAME[:ro]`: all their mounts. */
function volumesFrom(scene: Scene, from: Scene, seen: readonly Scene[], readonly = false): void {
  for (const leaf of valueAt(from.service.volumes_from) ?? []) {
    const at = from.item('volumes_from', leaf.node);
    if (leaf.value instanceof Unknown) {
      scene.state(at, factOf('mount.?', leaf.value));
      continue;
    }
    const container = leaf.value.startsWith('container:');
    const [name = '', mode] = leaf.value.replace(/^container:/, '').split(':');
    const other = container ? undefined : scene.model.scenes.get(name);
    if (other === undefined) {
      const why = container
        ? `the mounts of container \`${name}\` are not described here`
        : `service \`${name}\` is not in the file`;
      if (!container) scene.problem('volumes-from', why, 'name a service of the project', leaf.node);
      scene.state(at, factOf('mount.?', new Unknown(why)));
    } else if (other !== scene && !seen.includes(other)) {
      const narrowed = readonly || mode === 'ro';
      volumesFrom(scene, other, [...seen, from], narrowed);
      volumes(scene, other, narrowed);
    }
  }
}
