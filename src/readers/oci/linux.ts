import {
  factOf,
  type IdMap,
  type NamespaceMode,
  type NamespaceType,
  type Propagation,
  Unknown,
  type Value,
} from '../../posture/index.ts';
import { type Entry, type MapNode, type Node, natural, text as word } from '../document/index.ts';
import { cleanPath } from '../paths.ts';
import { entryOf, type Handlers, handleKeys, itemsOf, mapOf, type Stating, siteOf } from '../stating.ts';
import { stateDevices } from './devices.ts';

import { stateResources } from './resources.ts';
import { readSeccomp } from './seccomp.ts';

/** The `linux` section: namespaces, maps, masks, filter, sysctls; devices and resources have files of their own. */
export function stateLinux(stating: Stating, root: Node): void {
  const linux = mapOf(entryOf(root, 'linux')?.value, stating);
  const modes = stateNamespaces(stating, linux && entryOf(linux, 'namespaces'));
  stateMaps(stating, linux, modes.get('user') ?? 'host');
  stateAbsent(stating, linux);
  stateResources(stating, linux && entryOf(linux, 'resources'));
  stateDevices(stating, linux);
  if (linux) handleKeys(stating, linux, LINUX, '`linux`');
}

function stateAbsent(stating: Stating, linux: MapNode | undefined): void {
  const missing = (key: string): boolean => linux === undefined || entryOf(linux, key) === undefined;
  if (missing('seccomp'))
    stating.absent('runc', 'runtime-spec config-linux.md, Seccomp: no section, no filter', {
      seccomp: { kind: 'unconfined' },
    });
  if (missing('maskedPaths'))
    stating.absent('runc', 'runtime-spec config-linux.md, Masked Paths', { 'masked.*': false });
  if (missing('readonlyPaths'))
    stating.absent('runc', 'runtime-spec config-linux.md, Readonly Paths', { 'readonly-path.*': false });
  // runc libcontainer/rootfs_linux.go `prepareRoot`: MS_SLAVE|MS_REC where nothing is said.
  if (missing('rootfsPropagation'))
    stating.absent('runc', 'libcontainer/rootfs_linux.go prepareRoot', { 'rootfs.propagation': 'slave' });
}

const LINUX: Handlers = {
  namespaces: 'ignored',
  uidMappings: 'ignored',
  gidMappings: 'ignored',
  resources: 'ignored',
  devices: 'ignored',
  sysctl: (stating, entry) => {
    for (const [name, value] of mapOf(entry.value, stating)?.entries ?? []) {
      const text = stating.read(word, value.value);
      // The specification writes sysctls with dots; runc takes slashes as dots and the other way round.
      if (text !== undefined)
        stating.state(
          siteOf(value),
          `linux.sysctl: ${name}=${String(text instanceof Unknown ? '?' : text)}`,
          factOf(`sysctl.${name.replaceAll('/', '.')}`, text),
        );
    }
  },
  seccomp: (stating, entry) => {
    const seccomp = readSeccomp(stating, entry.value);
    stating.state(siteOf(entry), 'linux.seccomp', { seccomp });
  },
  maskedPaths: (stating, entry) => statePaths(stating, entry, 'masked', 'linux.maskedPaths'),
  readonlyPaths: (stating, entry) => statePaths(stating, entry, 'readonly-path', 'linux.readonlyPaths'),
  rootfsPropagation: (stating, entry) => {
    const value = stating.read(word, entry.value);
    const mode = typeof value === 'string' ? /^r?(private|slave|shared|unbindable)$/.exec(value)?.[1] : undefined;
    if (value === '') return;
    if (mode === undefined)
      stating.report(
        'wrong-value',
        'rootfsPropagation is not known',
        'write private, slave, shared or unbindable',
        siteOf(entry),
      );
    stating.state(siteOf(entry), `linux.rootfsPropagation: ${mode ?? '?'}`, {
      'rootfs.propagation': (mode as Propagation | undefined) ?? new Unknown('rootfsPropagation is not understood'),
    });
  },
  cgroupsPath: 'ignored',
  netDevices: 'ignored',
  mountLabel: 'ignored',
  intelRdt: 'ignored',
  memoryPolicy: 'ignored',
  personality: 'ignored',
  timeOffsets: 'ignored',
};

function statePaths(stating: Stating, entry: Entry, family: 'masked' | 'readonly-path', text: string): void {
  const paths = itemsOf(entry.value, stating);
  const all = paths === undefined ? new Unknown(`${text} is no list`) : false;
  stating.state({ start: entry.keyStart, end: entry.keyEnd }, text, factOf(`${family}.*`, all));
  for (const item of paths ?? []) {
    const path = stating.read(word, item);
    if (typeof path === 'string') stating.state(item, `${text}: ${path}`, factOf(`${family}.${cleanPath(path)}`, true));
  }
}

/** The names of runtime-spec config-linux.md, Namespaces. */
const NAMESPACES: Readonly<Record<string, NamespaceType>> = {
  pid: 'pid',
  network: 'net',
  mount: 'mnt',
  ipc: 'ipc',
  uts: 'uts',
  user: 'user',
  cgroup: 'cgroup',
  time: 'time',
};

function stateNamespaces(stating: Stating, entry: Entry | undefined): ReadonlyMap<NamespaceType, Value<NamespaceMode>> {
  const modes = new Map<NamespaceType, Value<NamespaceMode>>();
  for (const item of (entry && itemsOf(entry.value, stating)) ?? []) {
    const type = entryOf(item, 'type')?.value;
    const namespace =
      type?.kind === 'scalar' && Object.hasOwn(NAMESPACES, type.text) ? NAMESPACES[type.text] : undefined;
    if (type === undefined || namespace === undefined) {
      stating.report(
        'unknown-namespace',
        'a namespace needs a known `type`',
        `write one of ${Object.keys(NAMESPACES).join(', ')}`,
        item,
      );
      continue;
    }
    const path = entryOf(item, 'path')?.value;
    const mode = modeOf(path?.kind === 'scalar' ? path.text : '');
    modes.set(namespace, mode);
    const text = `linux.namespaces: ${Object.keys(NAMESPACES).find((name) => NAMESPACES[name] === namespace)}${mode === 'private' ? '' : ` (${path?.kind === 'scalar' ? path.text : ''})`}`;
    stating.state(type, text, { [`namespace.${namespace}`]: mode, ...networkOf(namespace, mode) });
  }
  for (const namespace of Object.values(NAMESPACES)) {
    if (modes.has(namespace)) continue;
    // "the container MUST inherit the runtime namespace of that type"
    stating.absent('runc', 'runtime-spec config-linux.md, Namespaces: a type that is not listed is inherited', {
      [`namespace.${namespace}`]: 'host',
      ...networkOf(namespace, 'host'),
    });
  }
  return modes;
}

/** A namespace that is joined is the host's where the path is that of the first process or of the runtime itself; otherwise it may be. */
function modeOf(path: string): Value<NamespaceMode> {
  if (path === '') return 'private';
  if (/^\/proc\/(1|self|thread-self)\/ns\//.test(path)) return 'host';
  return new Unknown(`whose namespace ${path} is, is not known`);
}

/** Which network a private namespace is attached to is arranged outside: by hooks, or by the engine after `create`. */
function networkOf(namespace: NamespaceType, mode: Value<NamespaceMode>) {
  if (namespace !== 'net') return {};
  return {
    'network.mode':
      mode === 'host'
        ? ('host' as const)
        : new Unknown('config.json does not say what the network namespace is attached to'),
  };
}

function stateMaps(stating: Stating, linux: MapNode | undefined, mode: Value<NamespaceMode>): void {
  for (const [key, map] of [
    ['uidMappings', 'user-namespace.uid-map'],
    ['gidMappings', 'user-namespace.gid-map'],
  ] as const) {
    const entry = linux && entryOf(linux, key);
    if (mode === 'private' && entry) {
      const maps = (itemsOf(entry.value, stating) ?? []).map((item) => readMap(stating, item));
      const unknown =
        maps.find((found) => found instanceof Unknown) ??
        (entry.value.kind === 'list' ? undefined : new Unknown(`${key} is no list`));
      const known = maps.filter((found): found is IdMap => !(found instanceof Unknown));
      const text = known.map(({ inside, outside, size }) => `${inside}:${outside}:${size}`).join(', ');
      stating.state(siteOf(entry), `linux.${key}: ${text}`, factOf(map, unknown ?? known));
      continue;
    }
    if (entry && mode === 'host') {
      stating.report(
        'mappings-without-namespace',
        `${key} without a user namespace: runc refuses to start it`,
        'list the namespace of type user',
        siteOf(entry),
      );
    }
    const value: Value<readonly IdMap[]> =
      mode === 'host'
        ? []
        : new Unknown(
            mode instanceof Unknown ? 'the maps are those of the user namespace that is joined' : `${key} is missing`,
          );
    stating.absent('runc', 'libcontainer/specconv setupUserNamespace', factOf(map, value));
  }
}

function readMap(stating: Stating, item: Node): Value<IdMap> {
  const [inside, outside, size] = ['containerID', 'hostID', 'size'].map((key) => {
    const node = entryOf(item, key)?.value;
    // Go reads a missing number as 0.
    return node === undefined ? 0 : stating.read(natural, node);
  });
  if (typeof inside !== 'number' || typeof outside !== 'number' || typeof size !== 'number')
    return new Unknown('an id mapping cannot be read');
  return { inside, outside, size };
}
