import { CAPABILITIES, type Capability } from '../kernel/index.ts';
import {
  type DeviceRule,
  type FactKey,
  type FactTypes,
  factOf,
  type NamespaceMode,
  type SandboxKind,
  type Statement,
  Unknown,
  type Value,
} from '../posture/index.ts';
import { capabilitySet, type EngineAtVersion, runtimeDefaultSeccomp } from './defaults.ts';

type Facts = Statement['facts'];

/**
 * What a request means to an engine: each `request.*` key turned into the effective facts it decides. A statement keeps its
 * source through the translation, so that `privileged: true` is the credit of everything it switched off.
 */
type Expansion<K extends FactKey> = (
  value: Value<FactTypes[K]>,
  engine: EngineAtVersion,
  statement: Statement,
) => Facts;
type Expansions = { readonly [K in FactKey]?: Expansion<K> };

const EXPANSIONS: Expansions = {
  'request.user': (user) => userFacts(user),
  'request.run-as-non-root': (value) => (value === true ? { 'process.uid': 'non-root' } : {}),
  'request.seccomp': (value, engine) => ({ seccomp: seccompOf(value, engine) }),
  'request.apparmor': (value, engine) => ({
    'lsm.apparmor': value === 'runtime-default' ? (engine.defaults.apparmor?.profile ?? 'unconfined') : value,
  }),
  'request.selinux': (value) => ({ 'lsm.selinux': value === 'disabled' ? { type: 'spc_t' } : value }),
  'request.no-new-privileges': (value) => ({ 'process.no-new-privileges': value }),
  'request.user-namespace': (value) => userNamespaceFacts(value),
  'request.system-paths-unmasked': (value) => (value === true ? { 'masked.*': false, 'readonly-path.*': false } : {}),
  'request.runtime': (value) => runtimeFacts(value),
  'request.network': (value) => networkFacts(value),
  'request.gpus': () => ({ 'runtime.hooks': ['nvidia-container-runtime-hook'] }),
};

/**
 * Facts of a statement with what its requests decide; keys that it states itself are left as they are. A request that a
 * later statement overrides (`runAsNonRoot` of a pod, then of its container) decides nothing.
 */
export function expand(statement: Statement, decides: (key: string) => boolean, engine: EngineAtVersion): Statement {
  let decided: Facts | undefined;
  for (const key in statement.facts) {
    if (!Object.hasOwn(EXPANSIONS, key) || !decides(key)) continue;
    const expansion = EXPANSIONS[key as FactKey] as Expansion<FactKey>;
    decided = { ...decided, ...expansion(statement.facts[key as FactKey] as Value<never>, engine, statement) };
  }
  const rules = deviceRules(statement);
  if (rules.length > 0) decided = { ...decided, 'device-rules': rules };
  return decided === undefined ? statement : { ...statement, facts: { ...decided, ...statement.facts } };
}

/** Rules asked for one by one; the device controller appends them to those of earlier layers. */
function deviceRules(statement: Statement): DeviceRule[] {
  const keys = Object.keys(statement.facts).filter((key) => key.startsWith('request.device-rule.'));
  return keys
    .map((key) => statement.facts[key as `request.device-rule.${string}`])
    .filter((rule): rule is DeviceRule => rule !== undefined && !(rule instanceof Unknown));
}

/** `0`, `root`, `1000:1000`, `node`. Names other than root are looked up in the image's /etc/passwd, which is not known at rest. */
function userFacts(user: Value<string>): Facts {
  if (user instanceof Unknown) return { 'process.uid': user };
  const [name = '', group] = user.split(':', 2);
  return {
    'process.uid': idOf(name, user),
    ...(group !== undefined && group !== '' && { 'process.gid': idOf(group, user) }),
  };
}

function idOf(word: string, whole: string): Value<number | 'non-root'> {
  if (word === '' || word === 'root') return 0;
  if (/^\d+$/.test(word)) return Number(word);
  return new Unknown(`user \`${whole}\` is a name: the image's /etc/passwd says which uid it is`);
}

function seccompOf(value: Value<FactTypes['request.seccomp']>, engine: EngineAtVersion): Value<FactTypes['seccomp']> {
  if (value instanceof Unknown) return value;
  switch (value.kind) {
    case 'unconfined':
      return { kind: 'unconfined' };
    case 'runtime-default':
    case 'builtin':
      return runtimeDefaultSeccomp(engine);
    case 'profile':
      return { kind: 'profile', name: 'stated', profile: value.policy };
  }
}

/** Every engine maps a private namespace to ids without rights on the host; explicit maps are stated beside it. */
function userNamespaceFacts(value: Value<string>): Facts {
  if (value instanceof Unknown) return { 'namespace.user': value };
  const mode: Value<NamespaceMode> =
    value === 'host'
      ? 'host'
      : PRIVATE_USER_NAMESPACES.has(value.split(':', 1)[0] ?? '')
        ? 'private'
        : new Unknown(`user namespace mode \`${value}\` is not known`);
  return { 'namespace.user': mode };
}

const PRIVATE_USER_NAMESPACES = new Set(['private', 'auto', 'keep-id', 'nomap', 'ns', 'container']);

/** By the name under which the runtime is registered; names are convention, so what is not known stays unknown. */
const SANDBOX_KINDS: readonly (readonly [RegExp, SandboxKind])[] = [
  [/(^|[./-])(runc|crun|youki|nvidia|io\.containerd\.runc\.v\d)$/, 'os'],
  [/runsc|gvisor/, 'user-space-kernel'],
  [/kata|firecracker|cloud-hypervisor|hyperv|edera/, 'hypervisor'],
];

export function sandboxKindOf(runtime: string): Value<SandboxKind> {
  const row = SANDBOX_KINDS.find(([pattern]) => pattern.test(runtime));
  return row === undefined ? new Unknown(`what runtime \`${runtime}\` is, is not known`) : row[1];
}

function runtimeFacts(value: Value<string>): Facts {
  if (value instanceof Unknown) return { 'sandbox.kind': value, 'runtime.name': value };
  return { 'runtime.name': value, 'sandbox.kind': sandboxKindOf(value) };
}

/** Several networks are joined by commas; only the first word can be a mode. */
function networkFacts(value: Value<string>): Facts {
  if (value instanceof Unknown) return { 'network.mode': value };
  const [first = ''] = value.split(',');
  const mode = first.split(':', 1)[0] ?? '';
  return Object.hasOwn(NETWORK_MODES, mode) ? (NETWORK_MODES[mode] as Facts) : { 'network.mode': 'bridge' };
}

const SHARED_NETWORK: Facts = { 'namespace.net': 'shared', 'network.mode': 'bridge' };

/** Of a container or pod that is not described beside it: it may use the host's. */
const FOREIGN_NETWORK: Facts = {
  'namespace.net': new Unknown("whether the network that is joined is the host's, is not known"),
  'network.mode': new Unknown('how the network that is joined is attached, is not known'),
};

const NETWORK_MODES: Readonly<Record<string, Facts>> = {
  host: { 'namespace.net': 'host', 'network.mode': 'host' },
  none: { 'namespace.net': 'private', 'network.mode': 'none' },
  container: FOREIGN_NETWORK,
  service: SHARED_NETWORK,
  pod: FOREIGN_NETWORK,
  ns: {
    'namespace.net': new Unknown('which network namespace the path is of, is not known'),
    'network.mode': new Unknown('the network namespace is joined by its path'),
  },
  default: { 'network.mode': 'default-bridge' },
  bridge: { 'network.mode': 'default-bridge' },
  slirp4netns: { 'network.mode': 'user-space' },
  pasta: { 'network.mode': 'user-space' },
};

/** What privileged mode switches off, but for capabilities (their place in the order is another). */
export function privilegedFacts(): Facts {
  return {
    seccomp: { kind: 'unconfined' },
    'lsm.apparmor': 'unconfined',
    'lsm.selinux': { type: 'spc_t' },
    'masked.*': false,
    'readonly-path.*': false,
    'device.*': 'all',
    'device-rules': [{ allow: true, type: 'a', access: 'rwm' }],
    ...writableMount('/sys', 'sysfs'),
    ...writableMount('/sys/fs/cgroup', 'cgroup'),
  };
}

/** An API file system that the engine mounts writable in this mode, or what it binds in its place. */
export function writableMount(destination: string, type: string, source = type): Facts {
  return factOf(`mount.${destination}`, {
    type,
    source,
    readonly: false,
    nosuid: true,
    nodev: true,
    noexec: true,
    propagation: 'private',
  });
}

/**
 * Capability requests, in the order in which engines apply them (moby `oci/caps/utils.go` TweakCapabilities; CRI plug-ins
 * alike): `add ALL` first and drops from it; else drops first and additions to what is left. Privileged wins over both.
 */
export function capabilityStatements(statements: readonly Statement[], engine: EngineAtVersion): Statement[] {
  const requests = statements.flatMap((statement) => capabilityRequests(statement));
  const addsAll = requests.some((request) => request.name === 'ALL' && request.action === 'add');
  const adds = requests.filter((request) => request.action === 'add').sort(allFirst);
  const drops = requests.filter((request) => request.action === 'drop').sort(allFirst);
  const ordered = addsAll ? [...adds, ...drops] : [...drops, ...adds];
  return ordered.map(({ statement, name, action }) => ({
    ...statement,
    facts: capabilityFacts(name, action === 'add', engine),
  }));
}

interface CapabilityRequest {
  readonly statement: Statement;
  readonly name: Capability | 'ALL';
  readonly action: 'add' | 'drop';
}

function capabilityRequests(statement: Statement): CapabilityRequest[] {
  const found: CapabilityRequest[] = [];
  for (const key in statement.facts) {
    if (!key.startsWith('request.capability.')) continue;
    const action = statement.facts[key as 'request.capability.ALL'];
    if (action !== 'add' && action !== 'drop') continue;
    found.push({ statement, name: key.slice('request.capability.'.length) as Capability | 'ALL', action });
  }
  return found;
}

function allFirst(a: CapabilityRequest, b: CapabilityRequest): number {
  return Number(b.name === 'ALL') - Number(a.name === 'ALL');
}

function capabilityFacts(name: Capability | 'ALL', held: boolean, engine: EngineAtVersion): Facts {
  const member = name === 'ALL' ? '*' : name;
  const ambientToo =
    held && engine.defaults.capabilities?.nonRoot !== undefined && engine.defaults.capabilities.nonRoot !== 'empty';
  return {
    ...factOf(`capability.bounding.${member}`, held),
    ...(held
      ? {}
      : { ...factOf(`capability.ambient.${member}`, false), ...factOf(`capability.inheritable.${member}`, false) }),
    ...(ambientToo ? factOf(`capability.ambient.${member}`, true) : {}),
  };
}

export function privilegedCapabilities(engine: EngineAtVersion): Facts {
  const lacks: readonly string[] = engine.defaults.privileged?.lacks ?? [];
  if (lacks.length === 0) return { 'capability.bounding.*': true };
  return {
    'capability.bounding.*': false,
    ...capabilitySet(
      'bounding',
      CAPABILITIES.filter((name) => !lacks.includes(name)),
    ),
  };
}
