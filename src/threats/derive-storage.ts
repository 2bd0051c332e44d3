import { posix } from 'node:path';
import { type Fact, type Mount, Unknown } from '../posture/index.ts';
import type { Pod } from '../readers/kubernetes/index.ts';
import { by, type Scene } from './scene.ts';
import { literalSecrets } from './secrets.ts';

/** What is mounted and can be shared, and the credentials that lie inside. */
export function deriveStorage(scene: Scene): void {
  for (const [destination, fact] of scene.posture.family<Mount | 'none'>('mount.')) {
    const { value } = fact;
    if (value === 'none') continue;
    if (value instanceof Unknown) unknownMount(scene, destination, fact);
    else if (value.type === 'secret') secretMount(scene, destination, value, fact);
    else volumeMount(scene, destination, value, fact);
  }
}

/** Credentials in variables: in clear, or put in from a Secret. */
export function deriveSecrets(scene: Scene): void {
  const { builder, subject, posture, container } = scene;
  for (const { name, fact } of literalSecrets(posture, ['env.', 'image.env.'])) {
    const secret = builder.element({
      id: `secret:${subject.id}:${name}`,
      kind: 'secret',
      name: `${name} of ${subject.name}`,
      source: fact.source,
      targets: [],
    });
    builder.relate(container, 'holds', secret, by(fact), { detail: `variable ${name}` });
  }
  for (const { name, secret } of secretVariables(scene)) {
    const fact = posture.get(`env.${name}`);
    if (fact === undefined) continue;
    builder.relate(container, 'holds', clusterSecret(scene, secret, fact), by(fact), { detail: `variable ${name}` });
  }
}

function secretVariables({ subject }: Scene): { name: string; secret: string }[] {
  const pod = subject.pod;
  const own = pod?.containers.find(({ path }) => `${pod.id}/${path}` === subject.id);
  return (own?.spec.env ?? []).flatMap((variable) => {
    const name = variable.name?.value;
    const secret = variable.valueFrom?.secretKeyRef?.name?.value;
    return typeof name === 'string' && typeof secret === 'string' ? [{ name, secret }] : [];
  });
}

function clusterSecret({ builder, subject }: Scene, name: string, fact: Fact<unknown>): string {
  const namespace = subject.pod?.object.namespace ?? 'default';
  return builder.element({
    id: `secret:${namespace}/${name}`,
    kind: 'secret',
    name: `Secret ${namespace}/${name}`,
    source: fact.source,
    targets: [],
  });
}

function secretMount(scene: Scene, destination: string, mount: Mount, fact: Fact<unknown>): void {
  const { builder, container, scope, subject } = scene;
  const written = subject.pod === undefined ? undefined : secretName(subject.pod, mount.source);
  const name = mount.source ?? posix.basename(destination);
  const secret =
    written === undefined
      ? builder.element({
          id: `secret:${scope}:${name}`,
          kind: 'secret',
          name: `secret ${posix.basename(destination)}`,
          source: fact.source,
          targets: [],
        })
      : clusterSecret(scene, written, fact);
  builder.relate(container, 'holds', secret, by(fact), { detail: destination });
}

/** The mount names the volume; the volume names the Secret. */
function secretName(pod: Pod, volume: string | undefined): string | undefined {
  const name = volumeNamed(pod, volume)?.secret?.secretName?.value;
  return typeof name === 'string' ? name : undefined;
}

function volumeNamed(pod: Pod, name: string | undefined): NonNullable<Pod['spec']['volumes']>[number] | undefined {
  return pod.spec.volumes?.find((volume) => volume.name?.value === name);
}

function unknownMount({ builder, container, subject }: Scene, destination: string, fact: Fact<unknown>): void {
  const id = builder.element({
    id: `volume:${subject.id}:${destination}`,
    kind: 'volume',
    name: `${destination} of ${subject.name}`,
    source: fact.source,
    targets: [],
    assumed: fact.value instanceof Unknown ? fact.value.why : 'what is mounted is not known',
  });
  builder.relate(container, 'writes', id, by(fact), { detail: destination, assumed: 'what is mounted is not known' });
}

function volumeMount(scene: Scene, destination: string, mount: Mount, fact: Fact<unknown>): void {
  const { builder, container, home } = scene;
  const volume = volumeOf(scene, destination, mount);
  if (volume === undefined) return;
  const id = builder.element({ ...volume, kind: 'volume', source: fact.source, targets: [] });
  builder.relate(container, mount.readonly ? 'reads' : 'writes', id, by(fact), { detail: destination });
  if (volume.attributes?.on === home) builder.relate(id, 'stored-on', home, by(fact));
}

interface Volume {
  readonly id: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Undefined for what the kernel makes up (proc, sysfs, tmpfs) and what holds configuration of the pod alone. */
function volumeOf(scene: Scene, destination: string, mount: Mount): Volume | undefined {
  const { home, scope, subject } = scene;
  switch (mount.type) {
    case 'bind': {
      const path = hostPath(mount.source ?? '?', subject.place.path);
      return {
        id: `volume:${home}:${path}`,
        name: `${path} on the host`,
        attributes: { type: 'bind', path, on: home },
      };
    }
    case 'volume':
      return namedVolume(scene, destination, mount.source);
    case 'nfs':
    case 'csi':
    case 'cluster':
      return {
        id: `volume:${mount.type}:${mount.source}`,
        name: `${mount.type} ${mount.source}`,
        attributes: { type: mount.type },
      };
    case 'image':
      return {
        id: `volume:${scope}:image:${mount.source}`,
        name: `image ${mount.source}`,
        attributes: { type: 'image' },
      };
    default:
      return undefined;
  }
}

function namedVolume(scene: Scene, destination: string, source: string | undefined): Volume {
  const { home, scope, subject } = scene;
  const { pod } = subject;
  if (source === undefined || source === '') {
    return {
      id: `volume:${subject.id}:${destination}`,
      name: `${destination} of ${subject.name}`,
      attributes: { type: 'anonymous', on: home },
    };
  }
  if (pod === undefined)
    return { id: `volume:${scope}:${source}`, name: `volume ${source}`, attributes: { type: 'volume', on: home } };
  const claims = pod.spec.volumes?.some((volume) => volume.persistentVolumeClaim?.claimName?.value === source);
  const { namespace } = pod.object;
  if (claims || pod.claimTemplates.has(source))
    return {
      id: `volume:claim:${namespace}/${source}`,
      name: `claim ${namespace}/${source}`,
      attributes: { type: 'claim' },
    };
  return {
    id: `volume:${pod.id}:${source}`,
    name: `volume ${source} of pod ${pod.object.name}`,
    attributes: { type: 'pod', on: home },
  };
}

/** A relative path starts from the folder of its artifact. */
function hostPath(source: string, artifact: string): string {
  return source.startsWith('/') || source.startsWith('~') ? source : posix.join(posix.dirname(artifact), source);
}
