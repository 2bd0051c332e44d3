import { parseCapability } from '../../kernel/capabilities.ts';
import { type CofferdamError, factOf, Unknown } from '../../posture/index.ts';
import { boolean, type Document, type Node, text as word } from '../document/index.ts';
import { referenceFacts } from '../image-reference.ts';
import { parseSelinuxLabel } from '../selinux-label.ts';
import { entryOf, itemsOf, mapOf, Stating, siteOf, textOf, wordsOf } from '../stating.ts';
import type { ReadOptions, Subject } from '../subject.ts';
import { stateHostConfig } from './host-config.ts';
import { stateMounts } from './mounts.ts';

/** What a container of either engine has; podman alone knows `BoundingCaps`, `OCIRuntime`, `Pod`. */
export interface Inspected {
  readonly stating: Stating;
  readonly item: Node;
  readonly engine: 'docker' | 'podman';
  readonly path: string;
  readonly options: ReadOptions;
}

export interface ReadItem {
  readonly subject: Subject;
  readonly problems: readonly CofferdamError[];
}

const PODMAN_KEYS = ['BoundingCaps', 'EffectiveCaps', 'OCIRuntime', 'ImageName', 'lockNumber', 'IsInfra'];

export function readContainer(document: Document, item: Node, path: string, options: ReadOptions): ReadItem {
  const stating = new Stating(document, 'create');
  const engine = item.kind === 'map' && PODMAN_KEYS.some((key) => item.entries.has(key)) ? 'podman' : 'docker';
  const inspected: Inspected = { stating, item, engine, path, options };
  stateIdentity(inspected);
  stateConfig(inspected);
  stateHostConfig(inspected);
  stateMounts(inspected);
  stateCapabilitySets(inspected);
  stateLabels(inspected);
  const name = textOf(item, 'Name')?.replace(/^\//, '') || textOf(item, 'Id')?.slice(0, 12) || 'container';
  const image = textOf(item, 'ImageName') ?? textOf(item, 'Config', 'Image');
  const subject: Subject = {
    id: `${path}#${name}`,
    kind: 'workload',
    name,
    artifact: engine === 'podman' ? 'podman-inspect' : 'docker-inspect',
    place: stating.context.place(item.kind === 'map' ? ([...item.entries.values()].map(siteOf)[0] ?? item) : item),
    layers: stating.layers(),
    engine,
    ...(image === undefined || image === '' ? {} : { image }),
    suppressions: [],
  };
  return { subject, problems: stating.problems };
}

function stateIdentity({ stating, item, engine }: Inspected): void {
  const platform = entryOf(item, 'Platform');
  const text = platform && textOf(item, 'Platform');
  if (platform && text === 'windows') stating.state(siteOf(platform), 'Platform: windows', { platform: 'windows' });
  const runtime = entryOf(item, 'OCIRuntime');
  const name = textOf(item, 'OCIRuntime');
  if (runtime && name) stating.state(siteOf(runtime), `OCIRuntime: ${name}`, { 'request.runtime': name });
  stateRootless(stating, item, engine);
}

/**
 * No engine writes "rootless" into inspect. Podman keeps the files of a running container below /run/user/UID only without root;
 * below ~/.local/share it (and rootless Docker) does so by default, which an administrator may also have set.
 */
function stateRootless(stating: Stating, item: Node, engine: string): void {
  const entry = entryOf(item, 'ResolvConfPath');
  const path = textOf(item, 'ResolvConfPath') ?? '';
  if (entry === undefined || path === '') return;
  if (engine === 'podman' && /^\/(var\/)?run\/user\/[1-9]\d*\//.test(path)) {
    stating.state(siteOf(entry), `ResolvConfPath: ${path}`, { 'engine.rootless': true });
  } else if (path.includes('/.local/share/')) {
    stating.state(siteOf(entry), `ResolvConfPath: ${path}`, {
      'engine.rootless': new Unknown(`the files lie in ${path}, where a rootless engine keeps them`),
    });
  }
}

/** `Config`: what is executed, merged from the request and the image. */
function stateConfig({ stating, item }: Inspected): void {
  const config = mapOf(entryOf(item, 'Config')?.value, stating);
  const user = config?.entries.get('User');
  if (user) {
    const value = stating.read(word, user.value);
    const known = value === undefined || value === '' ? '0' : value;
    stating.state(siteOf(user), `Config.User: ${JSON.stringify(textOf(item, 'Config', 'User') ?? '')}`, {
      'request.user': known,
    });
  }
  const tty = config && entryOf(config, 'Tty');
  const terminal = tty && stating.read(boolean, tty.value);
  if (tty && terminal !== undefined)
    stating.state(siteOf(tty), `Config.Tty: ${String(terminal)}`, { 'process.terminal': terminal });
  const cwd = config && entryOf(config, 'WorkingDir');
  const folder = textOf(item, 'Config', 'WorkingDir');
  if (cwd && folder) stating.state(siteOf(cwd), `Config.WorkingDir: ${folder}`, { 'process.cwd': folder });
  for (const variable of itemsOf(config && entryOf(config, 'Env')?.value, stating) ?? []) {
    const value = stating.read(word, variable);
    const at = typeof value === 'string' ? value.indexOf('=') : -1;
    if (typeof value === 'string' && at > 0)
      stating.state(
        variable,
        `Config.Env: ${value.slice(0, at)}`,
        factOf(`env.${value.slice(0, at)}`, value.slice(at + 1)),
      );
  }
  stateCommand(stating, item);
  stateImage(stating, item);
}

function stateCommand(stating: Stating, item: Node): void {
  const path = entryOf(item, 'Path');
  const program = textOf(item, 'Path');
  const args = entryOf(item, 'Args');
  if (path === undefined || !program) return;
  const argv = [program, ...((args && wordsOf(stating, args.value)) ?? [])];
  stating.state(siteOf(path), `Path: ${argv.join(' ')}`, { 'process.argv': argv });
}

function stateImage(stating: Stating, item: Node): void {
  const entry = entryOf(item, 'ImageName') ?? entryOf(item, 'Config', 'Image');
  const reference = entry?.value.kind === 'scalar' ? entry.value.text : '';
  if (entry && reference !== '')
    stating.state(siteOf(entry), `Config.Image: ${reference}`, referenceFacts(reference), 'distribute');
  const health = entryOf(item, 'Config', 'Healthcheck');
  const test = health && itemsOf(entryOf(health.value, 'Test')?.value, stating);
  const first = test?.[0]?.kind === 'scalar' ? test[0].text : undefined;
  if (health && first !== undefined)
    stating.state(siteOf(health), `Config.Healthcheck: ${first}`, { 'image.healthcheck': first !== 'NONE' }, 'build');
}

/**
 * Podman's `BoundingCaps` is the set in the runtime's configuration. `EffectiveCaps` is what holds before the entry point is
 * executed; the kernel computes it anew from user and bounding set, so it is no fact of its own.
 */
function stateCapabilitySets({ stating, item }: Inspected): void {
  const entry = entryOf(item, 'BoundingCaps');
  const members = entry && itemsOf(entry.value, stating);
  if (entry === undefined) return;
  const none = members === undefined ? new Unknown('BoundingCaps is no list') : false;
  stating.state({ start: entry.keyStart, end: entry.keyEnd }, 'BoundingCaps', { 'capability.bounding.*': none });
  for (const member of members ?? []) {
    const name = stating.read(word, member);
    const capability = typeof name === 'string' ? parseCapability(name) : undefined;
    if (capability)
      stating.state(member, `BoundingCaps: CAP_${capability}`, factOf(`capability.bounding.${capability}`, true));
    else
      stating.report('unknown-capability', 'there is no such capability', 'write a name such as CAP_NET_ADMIN', member);
  }
}

/** The profile and label that the engine took, where the host has such a module. */
function stateLabels({ stating, item }: Inspected): void {
  const profile = entryOf(item, 'AppArmorProfile');
  const name = textOf(item, 'AppArmorProfile');
  if (profile && name) stating.state(siteOf(profile), `AppArmorProfile: ${name}`, { 'lsm.apparmor': name });
  const label = entryOf(item, 'ProcessLabel');
  const text = textOf(item, 'ProcessLabel');
  if (label && text) stating.state(siteOf(label), `ProcessLabel: ${text}`, { 'lsm.selinux': parseSelinuxLabel(text) });
}
