import { normalize } from 'node:path/posix';
import { factOf, type Mount, type Propagation, type Statement, Unknown } from '../../posture/index.ts';
import { isNull, type MapNode, type Node } from '../document/index.ts';
import { mountFlags } from '../mount-options.ts';
import { cleanPath } from '../paths.ts';
import { entryOf, type Handlers, handleKeys, itemsOf, type Stating, wordsOf } from '../stating.ts';

/**
 * `mounts`: one statement a mount, under its destination as runc cleans it. They are made in their order, so one at a path covers what
 * was mounted at it or below it before (traverse_mounts(), fs/namei.c).
 */
export function stateMounts(stating: Stating, root: MapNode): void {
  const inherited = inheritedPropagation(root);
  const made: string[] = [];
  for (const item of itemsOf(entryOf(root, 'mounts')?.value, stating) ?? []) {
    const place = stateMount(stating, item, made, inherited);
    if (place !== undefined) made.push(place);
  }
}

/** What an earlier mount showed is not there any more. */
function covered(made: readonly string[], destination: string): Statement['facts'] {
  const hidden = made.filter((place) => place.startsWith(`${destination}/`));
  return Object.assign({}, ...hidden.map((place) => factOf(`mount.${place}`, 'none'))) as Statement['facts'];
}

const KEYS: Handlers = {
  destination: 'ignored',
  type: 'ignored',
  source: 'ignored',
  options: 'ignored',
  uidMappings: 'ignored',
  gidMappings: 'ignored',
};

/** Where it is. */
function stateMount(stating: Stating, item: Node, made: readonly string[], inherited: Propagation): string | undefined {
  const destination = scalar(item, 'destination');
  if (item.kind !== 'map' || destination === undefined || destination.text === '') {
    stating.report('wrong-type', 'a mount needs a `destination`', 'write the path inside the container', item);
    return undefined;
  }
  handleKeys(stating, item, KEYS, 'the mount');
  const options = entryOf(item, 'options')?.value;
  const list = options === undefined ? [] : wordsOf(stating, options);
  const type = scalar(item, 'type')?.text ?? '';
  const source = scalar(item, 'source')?.text ?? '';
  const value =
    list === undefined ? new Unknown('the options of the mount are no list') : mountOf(type, source, list, inherited);
  const inside = cleanPath(destination.text);
  const origin = value instanceof Unknown || value.source === undefined ? type || 'none' : value.source;
  const text = `mounts: ${origin} on ${inside} (${(list ?? []).join(',')})`;
  stating.state(destination, text, { ...covered(made, inside), ...factOf(`mount.${inside}`, value) });
  return inside;
}

function scalar(node: Node, key: string) {
  const value = entryOf(node, key)?.value;
  return value?.kind === 'scalar' && !isNull(value) ? value : undefined;
}

/**
 * A bind of which nothing is said spreads as the mount that it is a copy of, as far as the host's own is shared: runc makes all mounts
 * what `rootfsPropagation` says before it binds, slaves where that says nothing (libcontainer/rootfs_linux.go prepareRoot).
 */
function inheritedPropagation(root: MapNode): Propagation {
  const linux = entryOf(root, 'linux')?.value;
  const word = linux?.kind === 'map' ? scalar(linux, 'rootfsPropagation')?.text : undefined;
  if (word === 'rprivate') return 'private';
  return word === 'shared' || word === 'rshared' ? 'shared' : 'slave';
}

/** A relative source is relative to the bundle. */
function cleanSource(source: string): string {
  if (source.startsWith('/')) return cleanPath(source);
  return `./${normalize(source)}`;
}

const TYPES: Readonly<Record<string, string>> = { cgroup2: 'cgroup' };

const BINDS: ReadonlySet<string> = new Set(['bind', 'rbind']);

function mountOf(type: string, source: string, options: readonly string[], inherited: Propagation): Mount {
  const bind = type === 'bind' || options.some((option) => BINDS.has(option));
  const { readonly = false, ...flags } = mountFlags(options);
  return {
    type: bind ? 'bind' : (TYPES[type] ?? type),
    ...(bind ? { source: cleanSource(source), propagation: inherited } : {}),
    readonly,
    // runc libcontainer/specconv/spec_linux.go: `bind` is MS_BIND alone.
    ...(bind && !options.includes('rbind') ? { submounts: false } : {}),
    ...flags,
  };
}
