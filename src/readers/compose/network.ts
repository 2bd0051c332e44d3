import { type FactTypes, factOf, Unknown, type Value } from '../../posture/index.ts';
import type { Node } from '../document/index.ts';
import { isPorts, type Publication, publishedFacts, splitPort } from '../port-syntax.ts';
import { networkOwner } from './namespaces.ts';
import { type At, type Facts, type Scene, valueAt } from './scene.ts';
import type { Leaf, Port, Sections, Service } from './schema.ts';
import type { Span } from './tree.ts';

type Mode = FactTypes['network.mode'];

/** How a service is attached, what it publishes, and which names of the host it is given. */
export function network(scene: Scene): void {
  const owner = networkOwner(scene);
  const mode = valueAt(owner.service.network_mode);
  if (mode !== undefined && mode.value !== '') byMode(scene, owner, mode);
  else attachments(scene, owner);
  for (const pair of valueAt(scene.service.extra_hosts) ?? []) {
    const at = scene.item('extra_hosts', pair.node, pair.span);
    if (pair.value instanceof Unknown) scene.state(at, factOf('network.host-gateway-alias', pair.value));
    else if (pair.value?.trim() === 'host-gateway') scene.state(at, factOf('network.host-gateway-alias', true));
  }
}

const MODES: Readonly<Record<string, Mode>> = {
  none: 'none',
  disabled: 'none',
  host: 'host',
  bridge: 'default-bridge',
  default: 'default-bridge',
};

function byMode(scene: Scene, owner: Scene, leaf: Leaf<string>): void {
  const at = owner.key('network_mode');
  const { value } = leaf;
  if (value instanceof Unknown) {
    scene.state(at, factOf('network.mode', value));
    return;
  }
  const known = Object.hasOwn(MODES, value) ? MODES[value] : undefined;
  const foreign = new Unknown(
    /^(container|service):/.test(value)
      ? `the network of \`${value}\` is not known`
      : `network \`${value}\` is not described here`,
  );
  scene.state(at, factOf('network.mode', known ?? foreign));
  // moby discards what is published where there is no bridge of its own to publish from.
  if (known !== 'host' && known !== 'none') published(scene, owner, undefined);
}

/** Later statements win, so the attachment that isolates least goes last; one that is not known may be any. */
const RANK: readonly Mode[] = ['none', 'internal', 'overlay', 'bridge', 'default-bridge', 'ipvlan', 'macvlan', 'host'];

interface Attachment {
  readonly mode: Value<Mode>;
  readonly at: At;
  readonly facts: Facts;
  readonly bindTo: string | undefined;
}

function attachments(scene: Scene, owner: Scene): void {
  const found = namesOf(owner.service.networks).map(({ name, node, span }) =>
    attachment(owner, name, owner.item('networks', node, span)),
  );
  if (found.length === 0) {
    const written = owner.model.project.root.entries.get('networks')?.value;
    const entry = written?.kind === 'map' ? written.entries.get('default') : undefined;
    if (entry === undefined) {
      const cite =
        'compose-go loader/normalize.go normalizeNetworks: services without networks join one bridge of the project';
      scene.imply(cite, { ...ownNamespace(scene, owner), ...factOf('network.mode', 'bridge') });
      published(scene, owner, undefined);
      return;
    }
    const span = { start: entry.keyStart, end: entry.keyEnd };
    found.push(attachment(owner, 'default', { span, text: 'networks: default', nodes: [entry.value] }));
  }
  const rank = ({ mode }: Attachment): number => (mode instanceof Unknown ? RANK.length : RANK.indexOf(mode));
  for (const { mode, at, facts } of found.sort((a, b) => rank(a) - rank(b))) {
    const namespace = mode === 'host' ? factOf('namespace.net', 'host') : ownNamespace(scene, owner);
    scene.state(at, { ...namespace, ...factOf('network.mode', mode), ...facts });
  }
  if (found.some(({ mode }) => mode === 'host')) return;
  published(scene, owner, found.length === 1 ? found[0]?.bindTo : undefined);
}

/** Of a joined namespace its own line speaks. */
const ownNamespace = (scene: Scene, owner: Scene): Facts => (scene === owner ? factOf('namespace.net', 'private') : {});

interface Attached {
  readonly name: string;
  readonly node: Node;
  readonly span: Span;
}

function namesOf(field: Service['networks']): Attached[] {
  if (field?.value === undefined) return [];
  const { node } = field;
  if (node.kind === 'map') {
    return [...node.entries].map(([name, entry]) => {
      const span = { start: entry.keyStart, end: entry.keyEnd };
      // A mapping's key reads better than its (mostly empty) value.
      return { name, node: { ...entry.value, kind: 'scalar', text: name, quoted: false }, span };
    });
  }
  const items = node.kind === 'list' ? node.items : [];
  return items.flatMap((item) => (item.kind === 'scalar' ? [{ name: item.text, node: item, span: item }] : []));
}

const DRIVERS: Readonly<Record<string, Mode>> = {
  bridge: 'bridge',
  overlay: 'overlay',
  macvlan: 'macvlan',
  ipvlan: 'ipvlan',
  host: 'host',
  none: 'none',
  null: 'none',
};

/** docker's own networks, which an external network may name. */
const BUILT_IN: Readonly<Record<string, Mode>> = { bridge: 'default-bridge', host: 'host', none: 'none' };

function attachment(scene: Scene, name: string, at: At): Attachment {
  const plain = (mode: Value<Mode>): Attachment => ({ mode, at, facts: {}, bindTo: undefined });
  const section = scene.model.project.root.entries.get('networks')?.value;
  if (name !== 'default' && !(section?.kind === 'map' && section.entries.has(name))) {
    scene.problem(
      'undefined-network',
      `network \`${name}\` is not defined`,
      'define it under the top-level `networks`',
      at.span,
    );
    return plain(new Unknown(`network \`${name}\` is not defined`));
  }
  const definition = scene.model.sections.networks?.get(name);
  if (definition === undefined) return plain('bridge');
  if (isExternal(definition.external)) {
    const real = externalName(definition, name);
    const builtIn = Object.hasOwn(BUILT_IN, real) ? BUILT_IN[real] : undefined;
    return plain(builtIn ?? new Unknown(`network \`${real}\` is external: its driver is not stated here`));
  }
  const driver = definition.driver?.value ?? 'bridge';
  if (driver instanceof Unknown) return plain(driver);
  const known = Object.hasOwn(DRIVERS, driver) ? DRIVERS[driver] : undefined;
  const internal = definition.internal?.value ?? false;
  const base = known ?? new Unknown(`network driver \`${driver}\` is not known`);
  const mode = internal instanceof Unknown ? internal : internal ? 'internal' : base;
  return {
    mode,
    at,
    facts: encryption(definition.driver_opts),
    bindTo: textOf(definition.driver_opts?.get('com.docker.network.bridge.host_binding_ipv4')),
  };
}

type Options = NonNullable<
  NonNullable<Sections['networks']> extends ReadonlyMap<string, infer N> ? N : never
>['driver_opts'];

/** The overlay driver looks whether the option is there, whatever its value (moby libnetwork drivers/overlay `secureOpt`). */
function encryption(options: Options): Facts {
  const leaf = options?.get('encrypted');
  if (leaf === undefined) return {};
  return factOf('network.encrypted', leaf.value instanceof Unknown ? leaf.value : leaf.value !== 'false');
}

const textOf = (leaf: Leaf<string> | undefined): string | undefined =>
  typeof leaf?.value === 'string' ? leaf.value : undefined;

export function isExternal(node: Node | undefined): boolean {
  if (node === undefined) return false;
  return node.kind === 'map' || (node.kind === 'scalar' && /^(true|yes|y|on|1)$/i.test(node.text));
}

function externalName(definition: { readonly name?: Leaf<string>; readonly external?: Node }, key: string): string {
  const { external } = definition;
  const old = external?.kind === 'map' ? external.entries.get('name')?.value : undefined;
  return old?.kind === 'scalar' ? old.text : (textOf(definition.name) ?? key);
}

function published(scene: Scene, owner: Scene, bindTo: string | undefined): void {
  for (const port of valueAt(owner.service.ports) ?? []) {
    if ('value' in port) shortPort(scene, owner, port, bindTo);
    else longPort(scene, owner, port, bindTo);
  }
}

function shortPort(scene: Scene, owner: Scene, leaf: Leaf<string>, bindTo: string | undefined): void {
  const at = owner.item('ports', leaf.node);
  const text = leaf.node.kind === 'scalar' ? leaf.node.text : '';
  const unknown = leaf.value instanceof Unknown ? leaf.value : undefined;
  const { ip, host, container, protocol } = splitPort(text.replace(/\$\{[^}]*\}/g, '1'));
  const fits = (isPorts(host) || host === '') && isPorts(container);
  if (!fits && unknown === undefined) {
    badPort(scene, at, text);
    return;
  }
  const written = unknown === undefined ? host : (/\$\{[^}]*\}/.exec(text)?.[0] ?? text);
  publish(scene, at, { ip, host: written, protocol }, bindTo, unknown);
}

function longPort(scene: Scene, owner: Scene, port: Port, bindTo: string | undefined): void {
  const at = owner.item('ports', port.node);
  const leaves = [port.host_ip, port.published, port.protocol];
  const unknown = leaves.map((leaf) => leaf?.value).find((value) => value instanceof Unknown);
  const written = (leaf: Leaf<string> | undefined): string => (leaf?.node.kind === 'scalar' ? leaf.node.text : '');
  const host = written(port.published);
  if (unknown === undefined && host !== '' && !isPorts(host)) {
    badPort(scene, at, host);
    return;
  }
  publish(scene, at, { ip: written(port.host_ip), host, protocol: written(port.protocol) || 'tcp' }, bindTo, unknown);
}

function badPort(scene: Scene, at: At, text: string): void {
  scene.problem('port', `port \`${text}\` is not understood`, 'write `[IP:][HOST:]CONTAINER[/PROTOCOL]`', at.span);
  scene.state(at, factOf('network.published.?', new Unknown(`port \`${text}\` is not understood`)));
}

function publish(
  scene: Scene,
  at: At,
  { ip, host, protocol }: Publication,
  bindTo: string | undefined,
  unknown: Unknown | undefined,
): void {
  scene.state(at, publishedFacts({ ip: ip || bindTo || '', host, protocol }, unknown));
}
