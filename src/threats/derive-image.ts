import { posix } from 'node:path';
import { type Posture, Unknown } from '../posture/index.ts';
import type { ImageBuild } from '../readers/subject.ts';
import { assumedHost } from './derive-host.ts';
import { type By, by, developer, type Scene, type Surroundings, type SystemObject, statedAt } from './scene.ts';
import { literalSecrets } from './secrets.ts';

/** Images, where they come from, and who made them. */

/** The image that a workload runs: built from a Dockerfile of the files, or pulled. */
export function deriveImageOf(scene: Scene): void {
  const { builder, subject, posture, container, own } = scene;
  if (subject.build !== undefined) {
    const image = builtImage(scene, buildPath(subject.build, subject.place.path), own);
    builder.relate(container, 'started-from', image, { phase: 'create', source: own.source });
    fromBase(scene, image, posture);
    return;
  }
  const fact = posture.get('image.reference');
  if (fact === undefined) return;
  if (fact.value instanceof Unknown) return;
  const image = namedImage(scene, fact.value, posture, by(fact));
  builder.relate(container, 'started-from', image, by(fact));
}

/** A Dockerfile by itself. */
export function deriveImageSubject({ subject, posture }: SystemObject, surroundings: Surroundings): void {
  const at = statedAt(subject.place, subject.name, 'build');
  const image = builtImage(surroundings, subject.id, at, subject.id);
  fromBase(surroundings, image, posture);
  for (const { name, fact } of literalSecrets(posture, ['image.env.', 'image.arg.'])) {
    const secret = surroundings.builder.element({
      id: `secret:image:${subject.id}:${name}`,
      kind: 'secret',
      name: `${name} in the image`,
      source: fact.source,
      targets: [],
    });
    surroundings.builder.relate(image, 'holds', secret, by(fact));
  }
}

function buildPath(build: ImageBuild, from: string): string {
  return 'inline' in build
    ? `${build.inline.place.path}:${build.inline.place.line}`
    : posix.join(posix.dirname(from), build.dockerfile);
}

function builtImage(surroundings: Surroundings, path: string, { source }: By, target?: string): string {
  const { builder } = surroundings;
  const image = builder.element({
    id: `image:${path}`,
    kind: 'image',
    name: `image of ${path}`,
    source,
    targets: target === undefined ? [] : [target],
  });
  const maker = builder.element({
    id: 'builder:local',
    kind: 'builder',
    name: 'image builder',
    targets: [],
    assumed: 'no file says what builds the images: one builder on the host is taken',
  });
  const at = { phase: 'build', source } as const;
  builder.relate(image, 'built-by', maker, at);
  builder.relate(developer(builder), 'asks', maker, at);
  builder.relate(maker, 'runs-on', assumedHost(surroundings, source), at);
  return image;
}

function fromBase(surroundings: Surroundings, image: string, posture: Posture): void {
  const base = posture.get('image.base');
  if (base === undefined || base.value instanceof Unknown || base.value === 'scratch') return;
  surroundings.builder.relate(image, 'built-from', namedImage(surroundings, base.value, posture, by(base)), by(base));
}

function namedImage({ builder }: Surroundings, reference: string, posture: Posture, at: By): string {
  const image = builder.element({
    id: `image:${reference}`,
    kind: 'image',
    name: reference,
    source: at.source,
    targets: [],
  });
  const stated = posture.get('image.registry');
  if (stated?.value instanceof Unknown) return image;
  const named = stated?.value !== undefined && stated.value !== 'none';
  const registry = named ? String(stated?.value) : 'docker.io';
  const id = builder.element({
    id: `registry:${registry}`,
    kind: 'registry',
    name: registry,
    ...(named ? { source: at.source } : { assumed: 'the image names no registry: the usual one is taken' }),
    targets: [],
  });
  const publisher = builder.element({
    id: 'user:publisher',
    kind: 'user',
    name: 'whoever may publish the images used',
    targets: [],
    assumed: 'whoever publishes an image decides what runs in it',
  });
  builder.relate(image, 'pulled-from', id, { phase: 'distribute', source: at.source });
  builder.relate(publisher, 'asks', id, { phase: 'distribute', source: at.source });
  return image;
}
