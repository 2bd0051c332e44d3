import { AF, isSyscallName, syscallTable } from '../../kernel/index.ts';
import type { Plain } from '../../model/gates/fact.ts';
import type { GateName, GateParams } from '../../model/gates/index.ts';
import { MECHANISMS } from '../../model/index.ts';
import { isNull, type Node } from '../../readers/document/index.ts';
import { familyOf, fits, holdsNumbers, nearestKey, shapeOf, shapeText } from './fact-keys.ts';
import { type FieldsOf, may, need, type ParamsSchema, params } from './params.ts';
import * as value from './values.ts';
import { Fault } from './values.ts';

/**
 * What each kind of gate takes, as schemas: routes that come from outside are checked against them. A value that can never be met
 * (a capability or call that does not exist, a fact that nothing states) would read as `blocked`, which is the worst that a
 * vector can say; so it is an error.
 */
export const mechanism = value.oneOf(MECHANISMS, 'mechanism');

const factKey = value.scalar('fact key', (node) =>
  shapeOf(node.text) === undefined ? unknownKey(node.text) : node.text,
);

function unknownKey(key: string): Fault {
  const near = nearestKey(key.slice(0, 60));
  return new Fault(
    'is no fact key',
    near === undefined ? 'see the keys in docs/own-vectors.md' : `did you mean \`${near}\`?`,
  );
}

const hostKey = value.scalar('fact key of the host', (node) => {
  if (!node.text.startsWith('host.'))
    return new Fault(
      'is not a fact of the host',
      'use `fact` for facts of the container; keys of the host begin with host.',
    );
  return shapeOf(node.text) === undefined ? unknownKey(node.text) : node.text;
});

const familyName = value.scalar('beginning of fact keys', (node) =>
  familyOf(node.text) === undefined ? unknownKey(node.text) : node.text,
);

export const usually = value.oneOf(['passes']);
export const type = value.oneOf(['b', 'c']);

/** The members of a test; exactly one is stated. */
export const TEST = {
  is: may(value.plain),
  isNot: may(value.plain),
  in: may(value.listOf(value.plain)),
  notIn: may(value.listOf(value.plain)),
  matches: may(value.pattern),
  notMatches: may(value.pattern),
  below: may(value.quantity),
  atLeast: may(value.quantity),
} as const;

const TESTS = Object.keys(TEST) as (keyof typeof TEST)[];

interface Tested {
  readonly is?: Plain;
  readonly isNot?: Plain;
  readonly in?: readonly Plain[];
  readonly notIn?: readonly Plain[];
  readonly matches?: string;
  readonly notMatches?: string;
  readonly below?: number;
  readonly atLeast?: number;
}

const valueTest = params<Tested>('value test', TEST, oneTest);

function oneTest(test: Tested): Fault | undefined {
  const stated = TESTS.filter((name) => test[name] !== undefined);
  if (stated.length === 1) return undefined;
  return new Fault(
    stated.length === 0 ? 'tests nothing' : `has ${stated.length} tests: ${stated.join(', ')}`,
    `state exactly one of ${TESTS.join(', ')}`,
  );
}

/** The test can come out either way for values that the key has. */
function suits(test: Tested, key: string, shape: string): Fault | undefined {
  const wrong = oneTest(test);
  if (wrong) return wrong;
  const values = [test.is, test.isNot, ...(test.in ?? []), ...(test.notIn ?? [])].filter((one) => one !== undefined);
  const odd = values.find((one) => !fits(shape, one));
  if (odd !== undefined)
    return new Fault(
      `${key} is never ${JSON.stringify(odd)}: it holds ${shapeText(shape)}`,
      'test for a value that it has; lists are tested with `matches`',
    );
  const compares = test.below !== undefined || test.atLeast !== undefined;
  return compares && !holdsNumbers(shape)
    ? new Fault(`${key} is not a number: it holds ${shapeText(shape)}`, 'use `is`, `in` or `matches`')
    : undefined;
}

const suitsFact = (p: Tested & { readonly key: string }): Fault | undefined =>
  suits(p, p.key, shapeOf(p.key) ?? '<any>');

/** The gate for the host reads texts of digits as numbers (sysctls arrive as text). */
export function suitsHost(p: Tested & { readonly key: string }): Fault | undefined {
  const shape = shapeOf(p.key) ?? '<any>';
  const values = [p.is, p.isNot, ...(p.in ?? []), ...(p.notIn ?? [])];
  const digits = values.find((one) => typeof one === 'string' && /^-?\d+$/.test(one) && !values.includes(Number(one)));
  if (digits !== undefined)
    return new Fault(`the text "${digits}" is compared with a number`, 'write the number without quotes');
  return suits(p, p.key, shape === '<text>' ? '<text>|<number>' : shape);
}

function suitsFamily(p: GateParams['family']): Fault | undefined {
  const family = familyOf(p.family);
  if (p.property !== undefined && p.value === undefined)
    return new Fault('`property` without `value` tests nothing', 'add `value`');
  if (p.value === undefined || p.property !== undefined || family === undefined) return undefined;
  return suits(p.value, `${p.family}*`, shapeOf(`${family}*`) ?? '<any>');
}

const setting: value.ValueSchema<unknown> = value.scalarOrList(value.plain, value.listOf(value.plain, 0));

type Arguments = NonNullable<GateParams['syscall']['args']>;

/** Arguments of a call by number. `int32` stands for an argument that the kernel takes as a 32-bit int. */
export const callArguments: value.ValueSchema<Arguments> = {
  what: 'arguments by number: value, `{int32: value}` or `{mask, value}`',
  decode(node, context) {
    if (node.kind !== 'map')
      return context.report(
        'vector',
        `expected arguments by number, found ${value.found(node)}`,
        'write args: {0: {int32: 38}}',
        node,
      );
    const before = context.problems.length;
    const args: Record<string, Arguments[string]> = {};
    for (const [index, entry] of node.entries) {
      if (!/^[0-5]$/.test(index))
        context.report('vector', `\`${value.short(index)}\` is not the number of an argument`, 'arguments are 0 to 5', {
          start: entry.keyStart,
          end: entry.keyEnd,
        });
      const wish = (entry.value.kind === 'map' ? maskedWish : word64).decode(entry.value, context);
      if (wish !== undefined) args[index] = wish;
    }
    return context.problems.length === before ? args : undefined;
  },
};

const word64 = value.scalar('number as decimal or 0x…', (node) => {
  if (!/^(\d{1,20}|0x[\da-f]{1,16})$/i.test(node.text) || BigInt(node.text) >= 1n << 64n)
    return new Fault('is no 64-bit number', 'write it as decimal or 0x…');
  return node.text;
});

const int32 = value.scalar('number of 32 bits', (node) =>
  /^(\d{1,10}|0x[\da-f]{1,8})$/i.test(node.text) && BigInt(node.text) < 1n << 32n
    ? { mask: '0xffffffff', value: `0x${BigInt(node.text).toString(16)}` }
    : new Fault('is no 32-bit number', 'write it as decimal or 0x…'),
);

const masked = params<{ readonly mask: string; readonly value: string }>(
  'argument',
  { mask: need(word64), value: need(word64) },
  (p) =>
    (BigInt(p.value) & ~BigInt(p.mask)) === 0n
      ? undefined
      : new Fault('no argument has bits outside the mask', 'state only bits of the mask'),
);

const maskedWish: value.ValueSchema<Arguments[string]> = {
  what: masked.what,
  decode(node: Node, context) {
    const alone = node.kind === 'map' && node.entries.size === 1 ? node.entries.get('int32') : undefined;
    return alone === undefined || isNull(alone.value)
      ? masked.decode(node, context)
      : int32.decode(alone.value, context);
  },
};

export const callName = value.scalar('system call', (node) =>
  isSyscallName(node.text)
    ? node.text
    : value.notAmong(node.text, [...syscallTable('x86_64').keys(), ...syscallTable('aarch64').keys()], 'system call'),
);

/** A call that the entry lacks could never be made: the gate would be closed for a reason that is not the container's. */
export function entryHas(p: { readonly arch?: 'native' | 'i386' | 'x32'; readonly name: string }): Fault | undefined {
  if (p.arch === undefined || p.arch === 'native' || syscallTable(p.arch).has(p.name)) return undefined;
  return new Fault(`${p.arch} has no ${p.name}`, 'name a call of that interface');
}

/** A number, or the name without `AF_`. */
export const socketFamily = value.scalar('address family (`ALG`, `38`)', (node) => {
  if (/^\d{1,3}$/.test(node.text)) return Number(node.text);
  const name = node.text.replace(/^AF_/, '');
  return Object.hasOwn(AF, name)
    ? Number(AF[name as keyof typeof AF])
    : value.notAmong(name, Object.keys(AF), 'address family');
});

/** Types of mounts as artifacts and runtimes write them; another one would never be met. */
const MOUNT_TYPES = [
  ...[
    'bind',
    'volume',
    'tmpfs',
    'proc',
    'sysfs',
    'cgroup',
    'cgroup2',
    'devpts',
    'mqueue',
    'devtmpfs',
    'secret',
    'image',
    'npipe',
    'gitRepo',
    'cluster',
  ],
  ...[
    'overlay',
    'ext4',
    'xfs',
    'btrfs',
    'zfs',
    'nfs',
    'nfs4',
    'cifs',
    'ceph',
    '9p',
    'virtiofs',
    'fuse',
    'debugfs',
    'tracefs',
    'securityfs',
    'configfs',
    'bpf',
    'hugetlbfs',
    'pstore',
    'efivarfs',
    'ramfs',
    'rpc_pipefs',
    'binfmt_misc',
  ],
] as const;

const LACKS = ['nosuid', 'nodev', 'noexec'] as const;
const LSM_OPERATIONS = value.namesOf<GateParams['lsm']['operation']>({
  mount: true,
  'move-mount': true,
  'detached-mount': true,
  'ptrace-outside': true,
  write: true,
  read: true,
  socket: true,
});

function lsmParts(p: GateParams['lsm']): Fault | undefined {
  const needsPath = p.operation === 'write' || p.operation === 'read';
  if (needsPath && p.path === undefined)
    return new Fault(`\`${p.operation}\` needs \`path\``, 'add the path as seen inside');
  return p.operation === 'socket' && p.family === undefined
    ? new Fault('`socket` needs `family`', 'add the family, as AppArmor names it: alg')
    : undefined;
}

const gate = <K extends GateName>(
  name: K,
  fields: FieldsOf<GateParams[K]>,
  check?: (p: GateParams[K]) => Fault | undefined,
) => params<GateParams[K]>(`gate ${name}`, fields, check);

export const releaseKey = value.scalar('fact key of a version', (node) =>
  /<text>|<any>/.test(shapeOf(node.text) ?? '')
    ? node.text
    : new Fault('is no fact key that holds a version', 'write engine.version or runtime.version'),
);
export const reachable = value.oneOf(['outside', 'host', 'neighbours']);

export const GATE_PARAMS: { readonly [K in GateName]: ParamsSchema<GateParams[K]> } = {
  fact: gate(
    'fact',
    {
      key: need(factKey),
      ...TEST,
      mechanism: need(mechanism),
      absent: may(value.oneOf(['passes', 'closed'])),
      set: may(setting),
      title: may(value.text),
    },
    suitsFact,
  ),
  family: gate(
    'family',
    {
      family: need(familyName),
      name: may(value.pattern),
      value: may(valueTest),
      property: may(value.text),
      mechanism: need(mechanism),
      absent: may(value.oneOf(['unknown', 'closed'])),
      title: need(value.text),
    },
    suitsFamily,
  ),
  host: gate('host', { key: need(hostKey), ...TEST, usually: may(usually), title: may(value.text) }, suitsHost),
  version: gate(
    'version',
    { key: need(releaseKey), below: may(value.release), from: may(value.release), mechanism: need(mechanism) },
    (p) =>
      p.below === undefined && p.from === undefined
        ? new Fault('says no release', 'state `below`, `from` or both')
        : undefined,
  ),
  'kernel-version': gate(
    'kernel-version',
    { since: may(value.kernelRelease), before: may(value.kernelRelease), usually: may(usually) },
    (p) =>
      p.since === undefined && p.before === undefined
        ? new Fault('says no version', 'state `since`, `before` or both')
        : undefined,
  ),
  'shared-kernel': gate('shared-kernel', {}),
  'root-user': gate('root-user', {}),
  'initial-user-namespace': gate('initial-user-namespace', {}),
  'root-maps-to-host': gate('root-maps-to-host', {}),
  'host-root-mapped': gate('host-root-mapped', { only: may(value.oneOf(['uid'])) }),
  'maps-to-host-root': gate('maps-to-host-root', { by: need(value.oneOf(['dac', 'namespace-user'])) }),
  'maps-to-host-user': gate('maps-to-host-user', {}),
  'host-group': gate('host-group', { names: may(value.listOf(value.text)) }),
  'privilege-gain': gate('privilege-gain', {}),
  'setuid-program': gate('setuid-program', {}),
  capability: gate('capability', {
    capability: need(value.capability),
    set: need(value.oneOf(['bounding', 'ambient', 'inheritable', 'permitted'])),
  }),
  syscall: gate(
    'syscall',
    { syscall: need(callName), args: may(callArguments), arch: may(value.oneOf(['native', 'i386', 'x32'])) },
    ({ arch, syscall }) => entryHas({ ...(arch && { arch }), name: syscall }),
  ),
  'seccomp-filter': gate('seccomp-filter', {
    is: need(value.oneOf(['absent', 'present', 'permissive', 'delegating'])),
  }),
  lsm: gate(
    'lsm',
    { operation: need(value.oneOf(LSM_OPERATIONS)), path: may(value.hostPath), family: may(value.text) },
    lsmParts,
  ),
  'kernel-mount': gate('kernel-mount', { path: need(value.kernelFile), bound: may(value.hostPath) }),
  unmasked: gate('unmasked', {
    path: need(value.kernelFile),
    itself: may(value.flag),
    bound: may(value.hostPath),
  }),
  'writable-mount': gate('writable-mount', { path: need(value.kernelFile), itself: may(value.flag) }),
  mount: gate('mount', {
    types: may(value.listOf(value.oneOf(MOUNT_TYPES, 'mount type'))),
    covers: may(value.listOf(value.hostPath)),
    parts: may(value.flag),
    fileSystems: may(value.listOf(value.text)),
    source: may(value.pattern),
    destination: may(value.pattern),
    writable: may(value.flag),
    propagation: may(value.oneOf(['private', 'slave', 'shared', 'unbindable'])),
    lacks: may(value.listOf(value.oneOf(LACKS))),
    subpath: may(value.flag),
    shared: may(value.flag),
    title: need(value.text),
  }),
  'device-node': gate('device-node', {
    path: need(value.pattern),
    title: need(value.text),
    access: may(value.access),
    everybody: may(value.flag),
    number: may(value.text),
    type: may(type),
  }),
  'device-rule': gate('device-rule', {
    type: need(type),
    access: need(value.access),
    major: may(value.count),
    minor: may(value.count),
    dynamic: may(value.flag),
  }),
  network: gate('network', { to: need(reachable), usually: may(usually) }),
  grant: gate('grant', {
    verbs: need(value.listOf(value.text)),
    resources: need(value.listOf(value.text)),
    clusterWide: may(value.flag),
  }),
};
