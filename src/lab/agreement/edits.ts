/** Changes that open or close one gate, by its kind. They are attempts: whether the gate then answers so, the model says. */
import type { Gate } from '../../model/index.ts';
import { callEdit, type Surroundings } from './call-edits.ts';
import { elsewhere, FRESH, withCapability, withMount } from './changes.ts';
import { OTHER_NODES, RLIMIT_VALUES, SYSCTLS } from './choices.data.ts';
import type { Answer } from './decisive.ts';
import { type CapabilitySets, type Change, type DeviceRule, type Draft, type DraftMount, isBind } from './draft.ts';
import type { Random } from './random.ts';

type Edit<P> = (params: P, want: Answer, at: Surroundings) => Change | undefined;
type Kind = Gate['gate'];
type Of<K extends Kind> = Extract<Gate, { gate: K }>;

/** Kinds that are not named answer by what no configuration says, or are left to chance. */
const EDITS: { readonly [K in Kind]?: Edit<Of<K>> } = {
  syscall: callEdit,
  'seccomp-filter': ({ is }, want) => {
    if (is === 'delegating') return undefined;
    const filtered = (want === 'passes') === (is === 'present');
    if (is === 'permissive' && want === 'closed') return undefined;
    return filtered
      ? (draft) => ({ ...draft, seccomp: draft.seccomp ?? { defaultAction: 'SCMP_ACT_ALLOW' } })
      : (draft) => ({ ...draft, seccomp: undefined });
  },
  capability: ({ capability, set }, want, { random }) => {
    const name = `CAP_${capability}`;
    if (want === 'closed') return withoutIn(name, LOST_WITH[set] ?? [set]);
    return set === 'ambient' || (set === 'inheritable' && random.chance(2)) ? withAmbient(name) : withCapability(name);
  },
  'root-user': (_, want, { random }) => asUser(want === 'passes' ? 0 : (random.pick([1000, 65_534]) ?? 1000)),
  'maps-to-host-user': (_, want) => (want === 'passes' ? both(asUser(1000), withoutUserNamespace) : asUser(0)),
  'maps-to-host-root': ({ by }, want, { random }) => {
    if (by === 'dac') return asUser(want === 'passes' ? 0 : 1000);
    return want === 'passes' ? withoutUserNamespace : inUserNamespace(random.pick([1000, 100_000]) ?? 100_000);
  },
  'initial-user-namespace': (_, want, { random }) =>
    want === 'passes' ? withoutUserNamespace : inUserNamespace(random.pick([0, 100_000]) ?? 0),
  'root-maps-to-host': (_, want, { random }) => {
    if (want === 'closed') return inUserNamespace(100_000);
    return random.chance(2) ? withoutUserNamespace : inUserNamespace(0);
  },
  'privilege-gain': (_, want) => (draft) => ({ ...draft, noNewPrivileges: want === 'closed' }),
  'host-group': ({ names }, want, { here, random }) => {
    const numbers = names === undefined ? [6, 27] : names.flatMap((name) => here.groups[name] ?? []);
    const number = random.pick(numbers);
    if (want === 'closed') {
      return ({ user, ...draft }) => ({
        ...draft,
        user: {
          ...user,
          gid: numbers.includes(user.gid) ? 65_534 : user.gid,
          additionalGids: user.additionalGids.filter((gid) => !numbers.includes(gid)),
        },
      });
    }
    return number === undefined ? undefined : inGroup(number);
  },
  network: (_, want, { random }) => namespaced('network', want === 'closed' || random.chance(4)),
  'kernel-mount': ({ path }, want) => {
    const folder = `/${path.split('/')[1]}`;
    if (want === 'passes') return freshAt(folder);
    return folder === '/proc' ? undefined : withoutMounts(({ destination }) => isBelow(destination, folder));
  },
  unmasked: ({ path, itself }, want, { random }) => {
    if (want === 'passes') return both(uncovered(path), unlisted('maskedPaths', path));
    const place = itself === true || random.chance(2) ? path : parentOf(path);
    return both(withoutOtherViews(path), listed('maskedPaths', place));
  },
  'writable-mount': ({ path, itself }, want, { random }) => {
    if (want === 'passes')
      return both(unlisted('readonlyPaths', path), unlisted('maskedPaths', path), writableAt(path));
    if (itself === true) return both(withoutOtherViews(path), readonlyAt(path));
    const way = random.chance(3) ? readonlyAt(path) : listed('readonlyPaths', random.chance(2) ? path : parentOf(path));
    return both(withoutOtherViews(path), way);
  },
  mount: mountEdit,
  'device-node': nodeEdit,
  'device-rule': ({ type, major, minor, access }, want, { random }) => {
    const rule = { type, ...(major !== undefined && { major }), ...(minor !== undefined && { minor }), access };
    if (want === 'passes') return withRule({ allow: true, ...rule });
    return random.chance(2) ? withRule({ allow: false, ...rule }) : (draft) => ({ ...draft, deviceRules: [DENY_ALL] });
  },
  fact: factEdit,
  family: ({ family, name = '' }, want, { here, random }) => {
    if (family === 'capability.ambient.' || family === 'capability.inheritable.') {
      const set = family === 'capability.ambient.' ? 'ambient' : 'inheritable';
      if (want === 'closed')
        return (draft) => ({ ...draft, capabilities: { ...draft.capabilities, [set]: [], ambient: [] } });
      return withAmbient(random.pick(here.capabilities) ?? 'CAP_KILL');
    }
    if (family === 'sysctl.') return sysctlEdit(name, want, random);
    if (family !== 'rlimit.') return undefined;
    const limit = Object.keys(RLIMIT_VALUES).find((one) => new RegExp(name).test(one));
    const values = limit === undefined ? [] : [...(RLIMIT_VALUES[limit] ?? [])].sort((a, b) => a - b);
    const value = want === 'passes' ? values.at(-1) : values[0];
    if (limit === undefined || value === undefined) return undefined;
    const one = { type: `RLIMIT_${limit.toUpperCase()}`, soft: value, hard: value };
    return (draft) => ({ ...draft, rlimits: [...draft.rlimits.filter(({ type }) => type !== one.type), one] });
  },
};

/** A change after which the gate may answer so. */
export function editFor(gate: Gate, want: Answer, at: Surroundings): Change | undefined {
  // The table is indexed by the gate's own name, so the edit takes exactly these parameters.
  return (EDITS[gate.gate] as Edit<Gate> | undefined)?.(gate, want, at);
}

function both(...changes: readonly Change[]): Change {
  return (draft) => changes.reduce((changed, change) => change(changed), draft);
}

/** Sets that a capability goes out of together: what is not bounded cannot be inherited, what is not permitted is not ambient. */
const LOST_WITH: Readonly<Record<string, readonly string[]>> = {
  bounding: ['bounding', 'inheritable', 'ambient'],
  permitted: ['permitted', 'effective', 'ambient'],
  inheritable: ['inheritable', 'ambient'],
};

function withoutIn(name: string, sets: readonly string[]): Change {
  return (draft) => {
    const entries = Object.entries(draft.capabilities).map(([set, names]) => [
      set,
      sets.includes(set) ? names.filter((one) => one !== name) : names,
    ]);
    return { ...draft, capabilities: Object.fromEntries(entries) as CapabilitySets };
  };
}

function withAmbient(name: string): Change {
  return (draft) => {
    const entries = Object.entries(draft.capabilities).map(([set, names]) => [set, [...new Set([...names, name])]]);
    return { ...draft, capabilities: Object.fromEntries(entries) as CapabilitySets };
  };
}

function asUser(uid: number): Change {
  return (draft) => ({ ...draft, user: { ...draft.user, uid } });
}

/** A node and a rule for it, or neither; where it is to be everybody's, its mode alone. */
function nodeEdit(
  { path, type, everybody }: Of<'device-node'>,
  want: Answer,
  { here, random }: Surroundings,
): Change | undefined {
  const wanted = (node: { readonly path: string; readonly type: string }): boolean =>
    new RegExp(path).test(node.path) || node.type === type;
  if (want === 'closed') {
    return ({ devices, ...draft }) => ({
      ...draft,
      devices: everybody
        ? devices.map((node) => (wanted(node) ? { ...node, fileMode: 0o600 } : node))
        : devices.filter((node) => !wanted(node)),
    });
  }
  const found = random.pick([...here.devices, ...OTHER_NODES].filter(wanted));
  if (found === undefined) return undefined;
  const node = { ...found, fileMode: everybody === true || random.chance(2) ? 0o666 : 0o600 };
  const { major, minor } = found;
  const rule = withRule({ allow: true, type: found.type, major, minor, access: 'rwm' });
  const added: Change = ({ devices, ...draft }) => ({
    ...draft,
    devices: [...devices.filter((one) => one.path !== found.path), node],
  });
  return random.chance(4) ? added : both(rule, added);
}

/** As rules of udev have it: nodes that are not root's alone are the group's. */
function inGroup(gid: number): Change {
  return ({ user, devices, ...draft }) => ({
    ...draft,
    user: { ...user, additionalGids: [...user.additionalGids, gid] },
    devices: devices.map((node) => (node.fileMode === 0o600 ? { ...node, gid, fileMode: 0o660 } : node)),
  });
}

/** Whichever value it is that is wanted: the others are tried another time. */
function sysctlEdit(name: string, want: Answer, random: Random): Change | undefined {
  const found = random.pick(SYSCTLS.filter((one) => new RegExp(name).test(one.name)));
  if (found === undefined) return undefined;
  const value = random.pick(found.values);
  return value === undefined || (want === 'closed' && random.chance(2))
    ? (draft) => ({ ...draft, sysctl: {} })
    : both(namespaced(found.namespace, true), (draft) => ({
        ...draft,
        sysctl: { ...draft.sysctl, [found.name]: value },
      }));
}

const withoutUserNamespace: Change = (draft) => ({
  ...draft,
  namespaces: draft.namespaces.filter((type) => type !== 'user'),
});

function inUserNamespace(hostID: number): Change {
  const map = [{ containerID: 0, hostID, size: 65_536 }];
  return (draft) => ({ ...namespaced('user', true)(draft), maps: { uid: map, gid: map } });
}

function namespaced(type: string, own: boolean): Change {
  return (draft) => {
    const others = draft.namespaces.filter((one) => one !== type);
    return { ...draft, namespaces: own ? [...others, type] : others };
  };
}

const DENY_ALL: DeviceRule = { allow: false, type: 'a', access: 'rwm' };

function withRule(rule: DeviceRule): Change {
  return (draft) => ({ ...draft, deviceRules: [...(draft.deviceRules ?? [DENY_ALL]), rule] });
}

const isBelow = (path: string, folder: string): boolean =>
  folder === '/' || path === folder || path.startsWith(`${folder}/`);

function parentOf(path: string): string {
  const parent = path.slice(0, path.lastIndexOf('/'));
  return ['', '/proc', '/sys', '/proc/self'].includes(parent) ? path : parent;
}

type Paths = 'maskedPaths' | 'readonlyPaths';

function listed(list: Paths, path: string): Change {
  return (draft) => ({ ...draft, [list]: [...new Set([...draft[list], path])] });
}

/** Neither the path nor what it lies below. */
function unlisted(list: Paths, path: string): Change {
  return (draft) => ({ ...draft, [list]: draft[list].filter((one) => !isBelow(path, one)) });
}

function withoutMounts(wanted: (mount: DraftMount) => boolean): Change {
  return (draft) => ({ ...draft, mounts: draft.mounts.filter((mount) => !wanted(mount)) });
}

/** No other mount shows the same file system of the kernel. */
function withoutOtherViews(path: string): Change {
  const [folder, type] = isBelow(path, '/proc') ? ['/proc', 'proc'] : ['/sys', 'sysfs'];
  return withoutMounts(
    (mount) =>
      mount.destination !== folder &&
      (mount.type === type || (isBind(mount) && (isBelow(mount.source, folder) || mount.source === '/'))),
  );
}

function uncovered(path: string): Change {
  const folder = `/${path.split('/')[1]}`;
  return withoutMounts(({ destination }) => destination !== folder && isBelow(path, destination));
}

function freshAt(folder: string): Change {
  const fresh = FRESH.find(({ destination }) => destination === folder);
  return (draft) =>
    fresh === undefined || draft.mounts.some(({ destination }) => destination === folder)
      ? draft
      : withMount(fresh)(draft);
}

function withOption(path: string, option: 'ro' | 'rw'): Change {
  const folder = `/${path.split('/')[1]}`;
  return (draft) => ({
    ...draft,
    mounts: draft.mounts.map((mount) =>
      mount.destination === folder
        ? { ...mount, options: [...mount.options.filter((one) => !/^r?r[ow]$/.test(one)), option] }
        : mount,
    ),
  });
}

const writableAt = (path: string): Change => withOption(path, 'rw');
const readonlyAt = (path: string): Change => withOption(path, 'ro');

/** What is looked for, bound as nearly as it can be; or every mount that may show it taken away. */
function mountEdit(params: Of<'mount'>, want: Answer, { here, random }: Surroundings): Change | undefined {
  const { types = ['bind'], covers = [], source, writable, propagation } = params;
  const pattern = source === undefined ? undefined : new RegExp(source);
  if (!types.includes('bind')) return ofTypes(types, want, writable === true || random.chance(2));
  const shown = (path: string): boolean =>
    covers.length > 0
      ? covers.some((one) => isBelow(one, path) || (params.parts === true && isBelow(path, one)))
      : pattern?.test(path) !== false;
  if (want === 'closed') {
    const readonly = writable === true && random.chance(2);
    const wanted = (mount: DraftMount): boolean => isBind(mount) && (shown(mount.source) || mount.source === '/');
    return readonly ? asReadonly(wanted) : withoutMounts(wanted);
  }
  const narrow = here.paths.filter((path) => shown(path) && covers.some((one) => isBelow(path, one)));
  const found = random.pick(narrow.length > 0 && !random.chance(4) ? narrow : here.paths.filter(shown));
  if (found === undefined) return undefined;
  const access = writable === true || random.chance(2) ? 'rw' : 'ro';
  const spread = propagation === undefined ? [] : [`r${propagation}`];
  return withMount({
    destination: elsewhere(found),
    type: 'bind',
    source: found,
    options: ['rbind', access, ...spread],
  });
}

function asReadonly(wanted: (mount: DraftMount) => boolean): Change {
  return (draft) => ({
    ...draft,
    mounts: draft.mounts.map((mount) =>
      wanted(mount) ? { ...mount, options: [...mount.options.filter((one) => one !== 'rw'), 'ro', 'rro'] } : mount,
    ),
  });
}

function ofTypes(types: readonly string[], want: Answer, writable: boolean): Change | undefined {
  if (want === 'closed') return withoutMounts(({ type }) => types.includes(type) && type !== 'proc');
  const fresh = FRESH.find(({ type }) => types.includes(type));
  return fresh && withMount({ ...fresh, options: [...fresh.options, writable ? 'rw' : 'ro'] });
}

const MIB = 1_048_576;
const LIMITED: Readonly<Record<string, Draft['limits']>> = {
  'limit.memory': { memory: 512 * MIB },
  'limit.cpu': { cpu: { quota: 50_000, period: 100_000 } },
  'limit.pids': { pids: 100 },
  'limit.io': { io: 10 * MIB },
  'oom-kill-disabled': { memory: 512 * MIB, noOomKiller: true },
};
const NAMESPACES: Readonly<Record<string, string>> = {
  'namespace.cgroup': 'cgroup',
  'namespace.ipc': 'ipc',
  'namespace.mnt': 'mount',
  'namespace.net': 'network',
  'namespace.pid': 'pid',
  'namespace.time': 'time',
  'namespace.user': 'user',
  'namespace.uts': 'uts',
};

function factEdit(params: Of<'fact'>, want: Answer): Change | undefined {
  const { key } = params;
  /** Whether the fact has to have this value. */
  const has = (value: string | number | boolean): boolean => (want === 'passes') === says(params, value);
  const limit = LIMITED[key];
  if (limit !== undefined) {
    const limited = key === 'oom-kill-disabled' ? has(true) : !has('none');
    return (draft) => ({ ...draft, limits: limited ? { ...draft.limits, ...limit } : without(draft.limits, limit) });
  }
  const namespace = NAMESPACES[key];
  if (namespace !== undefined) return namespaced(namespace, !has('host'));
  if (key === 'process.uid') return asUser(has(0) ? 0 : 1000);
  if (key === 'rootfs.readonly') return (draft) => ({ ...draft, readonlyRoot: has(true) });
  if (key === 'process.oom-score-adj') return (draft) => ({ ...draft, oomScoreAdj: want === 'passes' ? -500 : 300 });
  return undefined;
}

function says({ is, isNot, in: among, notIn }: Of<'fact'>, value: string | number | boolean): boolean {
  if (is !== undefined) return is === value;
  if (isNot !== undefined) return isNot !== value;
  return among?.includes(value) ?? notIn?.includes(value) === false;
}

function without(limits: Draft['limits'], some: Draft['limits']): Draft['limits'] {
  return Object.fromEntries(Object.entries(limits).filter(([name]) => !(name in some)));
}
