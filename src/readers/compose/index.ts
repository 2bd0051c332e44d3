import { posix } from 'node:path';
import { CofferdamError, Unknown } from '../../posture/index.ts';
import { isNull, type MapNode } from '../document/index.ts';
import { nearest } from '../nearest.ts';
import type { InlineSuppression, ReadOptions, ReadResult, Subject } from '../subject.ts';
import { readBuild } from './build.ts';
import { type Relations, relationsOf } from './namespaces.ts';
import { type ComposeFile, loadProject, type Project } from './project.ts';
import { type Model, Scene, sourceIn, valueAt } from './scene.ts';
import { OTHER_SERVICE_KEYS, ROOT_KEYS, SERVICE_FIELDS, sections, service } from './schema.ts';
import { stateService } from './service.ts';
import { readSuppressions } from './suppressions.ts';

/**
 * Compose files: one workload a service, with what the files state about its isolation (compose-spec of 2026-07; behaviour after
 * compose-go e70e961 and docker/compose f729794). Variables, `include`, `extends`, overrides and `!reset` are resolved first, as compose
 * does; services of profiles that are not active are read too. A service with a `provider` runs no container and gives no subject.
 */
export type { ComposeFile } from './project.ts';

/** compose-go cli/options.go: only beside a file of these names an override is looked for, in this order. */
const FILE_NAMES = new Set(['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml']);
const OVERRIDE_NAMES = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];

/** One file, and the override file beside it as docker compose takes it up by itself. */
export function readCompose(text: string, path: string, options: ReadOptions): ReadResult {
  const files: ComposeFile[] = [{ path, text }];
  const problems: CofferdamError[] = [];
  const name = FILE_NAMES.has(posix.basename(path))
    ? OVERRIDE_NAMES.find((candidate) => options.exists(candidate, path))
    : undefined;
  const override = name === undefined ? undefined : options.read(name, path);
  if (override instanceof Unknown) {
    const message = `override file \`${name}\` cannot be read: ${override.why}`;
    problems.push(new CofferdamError('override-unreadable', message, 'what it changes is not seen', { path }));
  } else if (override !== undefined) files.push(override);
  const result = readComposeFiles(files, options);
  return problems.length === 0 ? result : { ...result, problems: [...problems, ...result.problems] };
}

/** Several files merged in order, as with `docker compose -f A -f B`. Paths in all of them start from the folder of the first. */
export function readComposeFiles(files: readonly ComposeFile[], options: ReadOptions): ReadResult {
  const path = files[0]?.path ?? '';
  try {
    const project = loadProject(files, options);
    const subjects = subjectsOf(project, path, options);
    return { subjects, problems: project.context.problems, skipped: [] };
  } catch (error) {
    if (error instanceof CofferdamError) return { subjects: [], problems: [error], skipped: [] };
    throw error;
  }
}

const SERVICE_KEYS: readonly string[] = [...SERVICE_FIELDS, ...OTHER_SERVICE_KEYS];

function subjectsOf(project: Project, path: string, options: ReadOptions): Subject[] {
  const { root, context, own } = project;
  checkRootKeys(project);
  const scenes = new Map<string, Scene>();
  const decoded = sections.decode(root, context) ?? { node: root };
  let relations: Relations | undefined;
  const model: Model = {
    project,
    options,
    path,
    sections: decoded,
    scenes,
    get relations() {
      relations ??= relationsOf(scenes);
      return relations;
    },
    source: sourceIn(project),
  };
  for (const [name, node] of servicesOf(project)) {
    const read = service.decode(node, context);
    if (read !== undefined) scenes.set(name, new Scene(name, read, model));
  }
  const suppressed = suppressionsOf(own, project);
  return [...scenes.values()]
    .filter((scene) => valueAt(scene.service.provider) === undefined)
    .map((scene) => subjectOf(scene, suppressed(scene.name)));
}

function subjectOf(scene: Scene, suppressions: readonly InlineSuppression[]): Subject {
  const { name, model } = scene;
  stateService(scene, SERVICE_KEYS);
  const build = readBuild(scene);
  const image = valueAt(scene.service.image)?.value;
  if (image === undefined && scene.service.build === undefined) {
    scene.problem(
      'no-image',
      `service \`${name}\` has neither \`image\` nor \`build\``,
      'name one of them',
      scene.heading(),
    );
  }
  return {
    id: `${model.path}#${name}`,
    kind: 'workload',
    name,
    artifact: 'compose',
    place: model.project.sources.place(scene.heading()),
    layers: scene.layers(),
    engine: 'docker',
    ...(image === undefined ? {} : { image }),
    ...(build === undefined ? {} : { build }),
    suppressions,
  };
}

function checkRootKeys({ root, context }: Project): void {
  for (const [key, entry] of root.entries) {
    if (key.startsWith('x-') || ROOT_KEYS.includes(key)) continue;
    const near = nearest(key, ROOT_KEYS);
    const hint = near === undefined ? 'check its spelling, or begin it with `x-`' : `did you mean \`${near}\`?`;
    context.report('unknown-key', `top-level key \`${key.slice(0, 80)}\` is not understood`, hint, {
      start: entry.keyStart,
      end: entry.keyEnd,
    });
  }
}

function* servicesOf({ root, context }: Project): Generator<[string, MapNode]> {
  const entry = root.entries.get('services');
  if (entry === undefined || isNull(entry.value)) return;
  if (entry.value.kind !== 'map') {
    context.report(
      'wrong-type',
      '`services` is a mapping of names',
      'write `services:` and a name on each line below',
      entry.value,
    );
    return;
  }
  for (const [name, { value, keyStart, keyEnd }] of entry.value.entries) {
    if (name.startsWith('x-')) continue;
    if (value.kind === 'map') yield [name, value];
    else
      context.report('wrong-type', `service \`${name}\` is a mapping`, 'write its keys below the name', {
        start: keyStart,
        end: keyEnd,
      });
  }
}

function suppressionsOf(documents: Project['own'], { context }: Project): (service: string) => InlineSuppression[] {
  const files = new Map<string, ReturnType<typeof readSuppressions>>();
  for (const { document } of documents) {
    if (!files.has(document.path)) files.set(document.path, readSuppressions(document, context.problems));
  }
  return (name) => [...files.values()].flatMap(({ all, byService }) => [...all, ...(byService.get(name) ?? [])]);
}
