import { factOf } from '../../posture/index.ts';
import type { Document, Node } from '../document/index.ts';
import { entryOf, itemsOf, mapOf, Stating, siteOf, textOf, wordsOf } from '../stating.ts';
import type { ReadOptions, Subject } from '../subject.ts';
import type { ReadItem } from './container.ts';

/** An image as `docker image inspect` shows it: what its configuration says, and by which names it is known. */
export function readImage(document: Document, item: Node, path: string, _options: ReadOptions): ReadItem {
  const stating = new Stating(document, 'build');
  const podman = entryOf(item, 'NamesHistory') !== undefined || entryOf(item, 'ManifestType') !== undefined;
  stateNames(stating, item);
  stateConfig(stating, item);
  const created = entryOf(item, 'Created');
  if (created?.value.kind === 'scalar')
    stating.state(siteOf(created), `Created: ${created.value.text}`, { 'image.created': created.value.text });
  const tag = firstOf(stating, item, 'RepoTags')?.text;
  const name =
    tag ??
    textOf(item, 'Id')
      ?.replace(/^sha256:/, '')
      .slice(0, 12) ??
    'image';
  const subject: Subject = {
    id: `${path}#${name}`,
    kind: 'image',
    name,
    artifact: podman ? 'podman-inspect' : 'docker-inspect',
    place: stating.context.place(created ? siteOf(created) : item),
    layers: stating.layers(),
    engine: podman ? 'podman' : 'docker',
    ...(tag === undefined ? {} : { image: tag }),
    suppressions: [],
  };
  return { subject, problems: stating.problems };
}

function firstOf(stating: Stating, item: Node, key: string) {
  const first = itemsOf(entryOf(item, key)?.value, stating)?.[0];
  return first?.kind === 'scalar' ? first : undefined;
}

function stateNames(stating: Stating, item: Node): void {
  const tag = firstOf(stating, item, 'RepoTags');
  if (tag) stating.state(tag, `RepoTags: ${tag.text}`, { 'image.reference': tag.text }, 'distribute');
  const digest = firstOf(stating, item, 'RepoDigests');
  const value = digest && /@(sha\d+:[0-9a-f]+)$/.exec(digest.text)?.[1];
  if (digest && value) stating.state(digest, `RepoDigests: ${digest.text}`, { 'image.digest': value }, 'distribute');
}

function stateConfig(stating: Stating, item: Node): void {
  const config = mapOf(entryOf(item, 'Config')?.value, stating);
  if (config === undefined) return;
  const user = config.entries.get('User');
  const name = textOf(config, 'User') ?? '';
  if (user)
    stating.state(siteOf(user), `Config.User: ${JSON.stringify(name)}`, { 'request.user': name === '' ? '0' : name });
  for (const variable of itemsOf(entryOf(config, 'Env')?.value, stating) ?? []) {
    const at = variable.kind === 'scalar' ? variable.text.indexOf('=') : -1;
    if (variable.kind !== 'scalar' || at <= 0) continue;
    stating.state(
      variable,
      `Config.Env: ${variable.text.slice(0, at)}`,
      factOf(`image.env.${variable.text.slice(0, at)}`, variable.text.slice(at + 1)),
    );
  }
  for (const [label, entry] of mapOf(entryOf(config, 'Labels')?.value, stating)?.entries ?? []) {
    if (entry.value.kind === 'scalar')
      stating.state(siteOf(entry), `Config.Labels: ${label}`, factOf(`image.label.${label}`, entry.value.text));
  }
  for (const [key, facts] of [
    ['ExposedPorts', 'image.exposed-ports'],
    ['Volumes', 'image.volumes'],
  ] as const) {
    const entry = entryOf(config, key);
    const names = [...(mapOf(entry?.value, stating)?.entries.keys() ?? [])];
    if (entry && names.length > 0)
      stating.state(siteOf(entry), `Config.${key}: ${names.join(', ')}`, factOf(facts, names));
  }
  const health = entryOf(config, 'Healthcheck');
  const test = health && entryOf(health.value, 'Test');
  const check = test && wordsOf(stating, test.value);
  const first = check?.[0];
  if (health && first !== undefined)
    stating.state(siteOf(health), `Config.Healthcheck: ${first}`, { 'image.healthcheck': first !== 'NONE' });
}
