import { factOf, Unknown, type Value } from '../../posture/index.ts';
import { joinPath } from '../paths.ts';
import type { ImageBuild } from '../subject.ts';
import { type Scene, valueAt } from './scene.ts';
import type { Build, Leaf } from './schema.ts';

/** The image that the service builds; undefined where it builds none, or from what cannot be read here. */
export function readBuild(scene: Scene): ImageBuild | undefined {
  const value = valueAt(scene.service.build);
  if (value === undefined) return undefined;
  if ('value' in value) return local(scene, value, undefined, {});
  buildFacts(scene, value);
  const args = argumentsOf(scene, value);
  const shared = {
    ...(value.target === undefined ? {} : { target: value.target.value }),
    ...(args === undefined ? {} : { args }),
  };
  const inline = value.dockerfile_inline;
  if (typeof inline?.value !== 'string') return local(scene, value.context, value.dockerfile, shared);
  return { inline: { text: inline.value, place: scene.model.project.sources.place(inline.node) }, ...shared };
}

/** compose-go paths/context.go `isRemoteContext` and the schemes of builders: nothing that could be read here. */
const REMOTE = /:\/\/|^(service:|github\.com\/|git@)/;

function local(
  scene: Scene,
  context: Leaf<string> | undefined,
  dockerfile: Leaf<string> | undefined,
  shared: Pick<ImageBuild, 'target' | 'args'>,
): ImageBuild | undefined {
  const where = context?.value ?? '.';
  const file = dockerfile?.value ?? 'Dockerfile';
  if (where instanceof Unknown || file instanceof Unknown || REMOTE.test(where)) return undefined;
  const folder = scene.model.project.sources.folderOf(context?.node ?? scene.key('build').span);
  return { dockerfile: joinPath(joinPath(folder, where), file), ...shared };
}

/** compose-go loader/normalize.go: an argument without value is taken from the environment, and left out where it is not there. */
function argumentsOf(scene: Scene, { args }: Build): Record<string, Value<string>> | undefined {
  if (args === undefined) return undefined;
  const given: Record<string, Value<string>> = {};
  for (const { name, value: stated } of args) {
    const value = stated ?? scene.model.project.lookup(name);
    // A name such as `__proto__` is one like any other.
    if (value !== undefined)
      Object.defineProperty(given, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return given;
}

function buildFacts(scene: Scene, build: Build): void {
  if (build.privileged) {
    scene.state(
      scene.member('build', 'build.privileged', build.privileged.node),
      factOf('build.privileged', build.privileged.value),
      'build',
    );
  }
  if (build.network) {
    scene.state(
      scene.member('build', 'build.network', build.network.node),
      factOf('build.network', build.network.value),
      'build',
    );
  }
  const entitlements = build.entitlements;
  const first = entitlements?.[0];
  if (entitlements !== undefined && first !== undefined) {
    const unknown = entitlements.map(({ value }) => value).find((value) => value instanceof Unknown);
    const names = entitlements.flatMap(({ value }) => (typeof value === 'string' ? [value] : []));
    scene.state(
      scene.member('build', 'build.entitlements', first.node),
      factOf('build.entitlements', unknown ?? names),
      'build',
    );
  }
  for (const key of ['secrets', 'ssh'] as const) {
    const node = build[key];
    if (node === undefined || (node.kind === 'list' && node.items.length === 0)) continue;
    scene.state(scene.member('build', `build.${key}`, node), factOf('build.ssh-or-secret-mounts', true), 'build');
  }
}
