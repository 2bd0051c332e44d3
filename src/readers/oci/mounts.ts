import { normalize } from 'node:path/posix';
import { factOf, type Mount, Unknown } from '../../posture/index.ts';
import { isNull, type Node } from '../document/index.ts';
import { mountFlags } from '../mount-options.ts';
import { cleanPath } from '../paths.ts';
import { entryOf, type Handlers, handleKeys, itemsOf, type Stating, wordsOf } from '../stating.ts';

/** `mounts`: one statement a mount, under its destination as runc cleans it. */
export function stateMounts(stating: Stating, node: Node | undefined): void {
  for (const item of itemsOf(node, stating) ?? []) stateMount(stating, item);
}

const KEYS: Handlers = {
  destination: 'ignored',
  type: 'ignored',
  source: 'ignored',
  options: 'ignored',
  uidMappings: 'ignored',
  gidMappings: 'ignored',
};

function stateMount(stating: Stating, item: Node): void {
  const destination = scalar(item, 'destination');
  if (item.kind !== 'map' || destination === undefined || destination.text === '') {
    stating.report('wrong-type', 'a mount needs a `destination`', 'write the path inside the container', item);
    return;
  }
  handleKeys(stating, item, KEYS, 'the mount');
  const options = entryOf(item, 'options')?.value;
  const list = options === undefined ? [] : wordsOf(stating, options);
  const type = scalar(item, 'type')?.text ?? '';
  const source = scalar(item, 'source')?.text ?? '';
  const value = list === undefined ? new Unknown('the options of the mount are no list') : mountOf(type, source, list);
  const inside = cleanPath(destination.text);
  const origin = value instanceof Unknown || value.source === undefined ? type || 'none' : value.source;
  const text = `mounts: ${origin} on ${inside} (${(list ?? []).join(',')})`;
  stating.state(destination, text, factOf(`mount.${inside}`, value));
}

function scalar(node: Node, key: string) {
  const value = entryOf(node, key)?.value;
  return value?.kind === 'scalar' && !isNull(value) ? value : undefined;
}

/** A relative source is relative to the bundle. */
function cleanSource(source: string): string {
  if (source.startsWith('/')) return cleanPath(source);
  return `./${normalize(source)}`;
}

const TYPES: Readonly<Record<string, string>> = { cgroup2: 'cgroup' };

const BINDS: ReadonlySet<string> = new Set(['bind', 'rbind']);

function mountOf(type: string, source: string, options: readonly string[]): Mount {
  const bind = type === 'bind' || options.some((option) => BINDS.has(option));
  const { readonly = false, ...flags } = mountFlags(options);
  return {
    type: bind ? 'bind' : (TYPES[type] ?? type),
    ...(bind ? { source: cleanSource(source) } : {}),
    readonly,
    ...flags,
  };
}
