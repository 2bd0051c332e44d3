import { CofferdamError, factOf, type Place, Unknown, type Value } from '../../posture/index.ts';
import { referenceFacts } from '../image-reference.ts';
import { joinPath } from '../paths.ts';
import { parseEnvironmentFile } from './dotenv.ts';
import { type Scene, valueAt } from './scene.ts';
import type { Leaf, Pair } from './schema.ts';
import { parseWords } from './words.ts';

/** The image, what is started of it and how, and what is started beside it. */
export function processFacts(scene: Scene): void {
  const { service } = scene;
  image(scene);
  const terminal = valueAt(service.tty);
  if (terminal) scene.state(scene.key('tty'), factOf('process.terminal', terminal.value));
  const folder = valueAt(service.working_dir);
  if (folder) scene.state(scene.key('working_dir'), factOf('process.cwd', folder.value));
  argv(scene);
  restart(scene);
  health(scene);
  platform(scene);
  for (const pair of valueAt(service.sysctls) ?? []) {
    scene.state(scene.item('sysctls', pair.node, pair.span), factOf(`sysctl.${pair.name}`, pair.value ?? ''));
  }
  environmentFiles(scene);
  for (const pair of valueAt(service.environment) ?? []) environment(scene, pair);
  hooks(scene);
}

function image(scene: Scene): void {
  const leaf = valueAt(scene.service.image);
  if (leaf !== undefined) scene.state(scene.key('image'), referenceFacts(leaf.value), 'distribute');
  const policy = valueAt(scene.service.pull_policy);
  if (policy) scene.state(scene.key('pull_policy'), factOf('image.pull-policy', policy.value), 'distribute');
}

/** Known only where the entry point is stated: otherwise the image's own stands before the command. */
function argv(scene: Scene): void {
  const entrypoint = valueAt(scene.service.entrypoint);
  if (entrypoint === undefined || entrypoint.length === 0) return;
  const key = scene.key('entrypoint');
  const parts = [
    ...argumentsOf(entrypoint, scene, 'entrypoint'),
    ...argumentsOf(valueAt(scene.service.command) ?? [], scene, 'command'),
  ];
  const unknown = parts.find((part) => part instanceof Unknown);
  scene.state(key, factOf('process.argv', unknown ?? parts.filter((part) => typeof part === 'string')));
}

function argumentsOf(leaves: readonly Leaf<string>[], scene: Scene, key: 'entrypoint' | 'command'): Value<string>[] {
  const written = scene.node.entries.get(key)?.value;
  return leaves.flatMap(({ value }): Value<string>[] => {
    if (value instanceof Unknown || written?.kind === 'list') return [value];
    return parseWords(value);
  });
}

function restart(scene: Scene): void {
  const leaf = valueAt(scene.service.restart);
  if (leaf) scene.state(scene.key('restart'), factOf('runtime.restart-policy', leaf.value));
  const condition = valueAt(scene.service.deploy?.value?.restart_policy?.condition);
  if (condition) {
    // pkg/compose/create.go `mapRestartPolicyCondition`
    const mapped = condition.value === 'any' ? 'always' : condition.value === 'none' ? 'no' : condition.value;
    scene.state(
      scene.member('deploy', 'deploy.restart_policy.condition', condition.node),
      factOf('runtime.restart-policy', mapped),
    );
  }
}

function health(scene: Scene): void {
  const check = valueAt(scene.service.healthcheck);
  if (check === undefined) return;
  const off = check.disable?.value ?? false;
  const none = check.test?.[0]?.value === 'NONE';
  if (check.test === undefined && off === false) return;
  scene.state(scene.key('healthcheck'), factOf('image.healthcheck', off instanceof Unknown ? off : !(off || none)));
}

function platform(scene: Scene): void {
  const leaf = valueAt(scene.service.platform);
  if (leaf) {
    const system =
      leaf.value instanceof Unknown ? leaf.value : leaf.value.split('/')[0] === 'windows' ? 'windows' : 'linux';
    scene.state(scene.key('platform'), factOf('platform', system));
  }
  const isolation = valueAt(scene.service.isolation);
  if (isolation === undefined || isolation.value === 'default') return;
  const at = scene.key('isolation');
  if (isolation.value === 'hyperv') scene.state(at, factOf('sandbox.kind', 'hypervisor'));
  else if (isolation.value === 'process') scene.state(at, factOf('sandbox.kind', 'os'));
  else if (isolation.value instanceof Unknown) scene.state(at, factOf('sandbox.kind', isolation.value));
  else {
    const why = `isolation \`${isolation.value}\` is not understood`;
    scene.problem('value-not-understood', why, 'known are default, process, hyperv', at.span);
    scene.state(at, factOf('sandbox.kind', new Unknown(why)));
  }
}

function environment(scene: Scene, pair: Pair): void {
  if (pair.name === '') {
    scene.problem('environment-name', 'a variable without a name', 'write NAME=value', pair.node);
    return;
  }
  const given = pair.value ?? scene.model.project.lookup(pair.name);
  const value = given ?? new Unknown(`taken from the environment of whoever starts it, where ${pair.name} is not set`);
  scene.state(scene.item('environment', pair.node, pair.span), factOf(`env.${pair.name}`, value));
}

/** Files come before `environment`, which overrides them. */
function environmentFiles(scene: Scene): void {
  for (const item of valueAt(scene.service.env_file) ?? []) {
    const leaf = 'value' in item ? item : item.path;
    if (leaf === undefined) continue;
    const settings = 'value' in item ? undefined : item;
    const at = scene.item('env_file', item.node);
    if (leaf.value instanceof Unknown) {
      scene.state(at, factOf('env.?', leaf.value));
      continue;
    }
    environmentFile(
      scene,
      leaf as Leaf<string> & { value: string },
      settings?.required?.value !== false,
      settings?.format?.value === 'raw',
    );
  }
}

function environmentFile(
  scene: Scene,
  leaf: Leaf<string> & { readonly value: string },
  required: boolean,
  raw: boolean,
): void {
  const { options, path: artifact, project } = scene.model;
  const path = joinPath(project.sources.folderOf(leaf.node), leaf.value);
  const at = scene.item('env_file', leaf.node);
  if (!required && !options.exists(path, artifact)) return;
  const file = options.read(path, artifact);
  if (file instanceof Unknown) {
    const why = `environment file \`${path}\` cannot be read: ${file.why}`;
    if (required) scene.problem('env-file-unreadable', why, 'check the path, or set `required: false`', leaf.node);
    scene.state(at, factOf('env.?', new Unknown(why)));
    return;
  }
  const { entries, bad } = parseEnvironmentFile(file.text, project.lookup, raw);
  for (const line of bad) {
    project.context.problems.push(
      new CofferdamError('env-file-syntax', 'not a line `NAME=value`', 'mend or comment out the line', {
        path: file.path,
        line,
        column: 1,
      }),
    );
  }
  for (const entry of entries) {
    const unset = new Unknown(`\${${entry.unset[0] ?? entry.name}} is not set`);
    const place: Place = { path: file.path, line: entry.line, column: 1 };
    scene.stateAt(
      place,
      entry.text,
      at,
      factOf(`env.${entry.name}`, entry.unset.length > 0 ? unset : (entry.value ?? unset)),
    );
  }
}

function hooks(scene: Scene): void {
  for (const key of ['pre_start', 'post_start', 'pre_stop'] as const) {
    valueAt(scene.service[key])?.forEach((hook, i) => {
      const unknown = [hook.privileged?.value, hook.user?.value].find((value) => value instanceof Unknown);
      const command = hook.command?.map(({ value }) => value).filter((value) => typeof value === 'string');
      const user = hook.user?.value;
      const request = {
        privileged: hook.privileged?.value === true,
        ...(typeof user === 'string' ? { user } : {}),
        ...(command === undefined ? {} : { argv: command }),
      };
      scene.state(scene.item(key, hook.node), factOf(`exec.${key}.${i}`, unknown ?? request), 'exec');
    });
  }
}
