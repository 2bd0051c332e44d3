import { posix } from 'node:path';
import { factOf, type Mount, type Place, Unknown, type Value } from '../../posture/index.ts';
import { placeAt } from '../document/index.ts';

import type { ClusterIndex } from './cluster-index.ts';
import { known } from './fields.ts';
import { entryOf, mapOf, textOf } from './object.ts';
import type { Container, Volume, VolumeMount } from './pod-schema.ts';
import type { Pod, PodContainer } from './pods.ts';
import { parseQuantity } from './quantity.ts';
import { type Statements, sourceOfKey, through } from './statements.ts';

/** What a volume is before it is mounted, and where that stands. */
interface Backing {
  readonly mount: Mount | Unknown;
  readonly shown: string;
  readonly place?: Place;
  /** A token for the API server is among its files. */
  readonly token?: boolean;
  /** Whom its other tokens are for. */
  readonly audiences?: readonly string[];
}

/** Always mounted read-only: the kubelet's volume plugins say so in GetAttributes (pkg/volume/{secret,configmap,downwardapi,projected}). */
const READ_ONLY_SOURCES: Readonly<Record<string, string>> = {
  secret: 'secret',
  configMap: 'configmap',
  downwardAPI: 'downward-api',
  projected: 'projected',
  image: 'image',
};

export function stateMounts(out: Statements, pod: Pod, container: PodContainer, cluster: ClusterIndex): void {
  for (const mount of container.spec.volumeMounts ?? []) stateMount(out, pod, container, mount, cluster);
  for (const device of container.spec.volumeDevices ?? []) {
    const path = known(device.devicePath);
    if (path === undefined) continue;
    const why = `the storage driver decides which block device of the node backs the volume \`${known(device.name) ?? '?'}\``;
    out.key(device.node, 'devicePath', factOf(`device.${path}`, new Unknown(why)));
  }
}

function stateMount(out: Statements, pod: Pod, container: PodContainer, at: VolumeMount, cluster: ClusterIndex): void {
  const path = known(at.mountPath);
  const name = known(at.name);
  if (path === undefined || name === undefined) return;
  const volume = pod.spec.volumes?.find((candidate) => known(candidate.name) === name);
  const backing =
    volume === undefined ? foreignBacking(pod, name, cluster) : backingOf(out, pod, volume, name, cluster);
  const sharers = (pod.mounters.get(name) ?? []).filter((other) => other !== container.name);
  const mount = finish(backing.mount, at, container.spec, sharers);
  const stated = sourceOfKey(out.document, at.node, 'mountPath', `mountPath: ${path} (${backing.shown})`);
  const source = backing.place === undefined ? stated : through(stated, backing.place);
  const token = backing.token ? { 'kubernetes.service-account-token': true } : {};
  const others = Object.fromEntries(
    (backing.audiences ?? []).map((name) => [`kubernetes.token-audience.${name}`, true]),
  );
  out.add(source, { ...factOf(`mount.${normalise(path)}`, mount), ...token, ...others });
}

/** A mount path may be relative: it is taken from the root of the container (kubelet `makeMounts`). */
function normalise(path: string): string {
  const absolute = posix.normalize(path.startsWith('/') ? path : `/${path}`);
  return absolute.length > 1 && absolute.endsWith('/') ? absolute.slice(0, -1) : absolute;
}

function finish(
  base: Mount | Unknown,
  at: VolumeMount,
  container: Container,
  sharedWith: readonly string[],
): Value<Mount> {
  if (base instanceof Unknown) return base;
  if (at.readOnly?.value instanceof Unknown) return at.readOnly.value;
  const recursive = known(at.recursiveReadOnly);
  const propagation = PROPAGATION[known(at.mountPropagation) ?? ''];
  const mount: Mount = {
    ...base,
    readonly: base.readonly || known(at.readOnly) === true,
    ...(recursive === 'Enabled' ? { recursiveReadonly: true } : {}),
    ...(propagation === undefined ? {} : { propagation }),
    ...(sharedWith.length === 0 ? {} : { sharedWith }),
  };
  return narrowed(mount, at, container);
}

/** `None` is the default: private in both directions (rprivate). */
const PROPAGATION: Readonly<Record<string, 'private' | 'slave' | 'shared'>> = {
  None: 'private',
  HostToContainer: 'slave',
  Bidirectional: 'shared',
};

function narrowed(mount: Mount, at: VolumeMount, container: Container): Value<Mount> {
  const expression = known(at.subPathExpr);
  const subpath = expression === undefined ? known(at.subPath) : expand(expression, container);
  if (subpath === undefined) {
    if (expression === undefined) return mount;
    return new Unknown(`subPathExpr \`${expression}\` names variables whose values are not in the file`);
  }
  if (subpath === '') return mount;
  const source = mount.type === 'bind' && mount.source !== undefined ? posix.join(mount.source, subpath) : mount.source;
  return { ...mount, subpath, ...(source === undefined ? {} : { source }) };
}

/** `$(NAME)` from the container's literal variables; undefined where one is not known. */
function expand(expression: string, container: Container): string | undefined {
  let complete = true;
  const expanded = expression.replace(/\$\(([A-Za-z_][\w.-]*)\)/g, (_, name: string) => {
    const value = known(container.env?.find((variable) => known(variable.name) === name)?.value);
    if (value === undefined) complete = false;
    return value ?? '';
  });
  return complete ? expanded : undefined;
}

function foreignBacking(pod: Pod, name: string, cluster: ClusterIndex): Backing {
  if (pod.claimTemplates.has(name)) {
    return { mount: { type: 'volume', source: name, readonly: false }, shown: `volumeClaimTemplate ${name}` };
  }
  const why = `no volume \`${name}\` is stated in the pod`;
  return { mount: new Unknown(cluster.complete ? why : `${why}; a controller may add it`), shown: why };
}

function backingOf(out: Statements, pod: Pod, volume: Volume, name: string, cluster: ClusterIndex): Backing {
  const place = placeAt(out.document, volume.node);
  const { hostPath, emptyDir, persistentVolumeClaim: claim, nfs, csi, projected } = volume;
  if (hostPath !== undefined) {
    const path = known(hostPath.path);
    if (path === undefined)
      return { mount: new Unknown('the path of the hostPath is not stated'), shown: 'hostPath', place };
    return { mount: { type: 'bind', source: normalise(path), readonly: false }, shown: `hostPath ${path}`, place };
  }
  if (emptyDir !== undefined) {
    const size = parseQuantity(known(emptyDir.sizeLimit) ?? '');
    const memory = known(emptyDir.medium) === 'Memory';
    const base: Mount = { type: memory ? 'tmpfs' : 'volume', source: name, readonly: false };
    return {
      mount: size === undefined ? base : { ...base, size },
      shown: memory ? 'emptyDir Memory' : 'emptyDir',
      place,
    };
  }
  if (claim !== undefined) {
    return { ...claimed(pod, known(claim.claimName) ?? '?', known(claim.readOnly) === true, cluster), place };
  }
  if (nfs !== undefined) {
    const source = `${known(nfs.server) ?? '?'}:${known(nfs.path) ?? '?'}`;
    return { mount: { type: 'nfs', source, readonly: known(nfs.readOnly) === true }, shown: `nfs ${source}`, place };
  }
  if (csi !== undefined) {
    const source = known(csi.driver) ?? '?';
    return { mount: { type: 'csi', source, readonly: known(csi.readOnly) === true }, shown: `csi ${source}`, place };
  }
  return {
    ...bySource(volume, name),
    place,
    token: projected !== undefined && holdsToken(volume),
    audiences: audiencesOf(volume),
  };
}

/** Sources told by their key alone. A volume without any is an emptyDir to the API (SetDefaults_Volume). */
function bySource(volume: Volume, name: string): Backing {
  const kind = [...volume.node.entries.keys()].find((key) => key !== 'name');
  if (kind === undefined || kind === 'emptyDir') {
    return { mount: { type: 'volume', source: name, readonly: false }, shown: 'emptyDir' };
  }
  if (kind === 'hostPath') return { mount: new Unknown('the path of the hostPath is not stated'), shown: kind };
  const readOnly = READ_ONLY_SOURCES[kind];
  if (readOnly !== undefined)
    return { mount: { type: readOnly, source: name, readonly: true }, shown: `${kind} ${name}` };
  if (volume.strays?.some(({ key }) => key === kind)) {
    return { mount: new Unknown(`the volume source \`${kind}\` is not understood`), shown: kind };
  }
  return {
    mount: { type: kind === 'ephemeral' ? 'volume' : kind, source: name, readonly: false },
    shown: `${kind} ${name}`,
  };
}

/** A projected token without an audience is one for the API server. */
function holdsToken(volume: Volume): boolean {
  return (volume.projected?.sources ?? []).some(
    ({ serviceAccountToken: token }) => token !== undefined && token.audience === undefined,
  );
}

function audiencesOf(volume: Volume): string[] {
  return (volume.projected?.sources ?? []).flatMap(({ serviceAccountToken: token }) => known(token?.audience) ?? []);
}

/** A claim that is bound to a volume among the files is what that volume is: a path of the node for hostPath and local ones. */
function claimed(pod: Pod, name: string, readOnly: boolean, cluster: ClusterIndex): Backing {
  const volume = cluster.volumeOfClaim(pod.object.namespace, name);
  const shown = `claim ${name}`;
  if (volume === undefined) return { mount: { type: 'volume', source: name, readonly: readOnly }, shown };
  const spec = mapOf(volume.node, 'spec');
  const path = textOf(spec, 'hostPath', 'path') ?? textOf(spec, 'local', 'path');
  if (path === undefined || entryOf(spec, 'csi') !== undefined) {
    return { mount: { type: 'volume', source: name, readonly: readOnly }, shown };
  }
  const source = normalise(path);
  return {
    mount: { type: 'bind', source, readonly: readOnly },
    shown: `${shown}, PersistentVolume ${volume.name}, path ${path}`,
  };
}
