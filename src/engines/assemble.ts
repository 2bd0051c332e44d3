import { parseKernelVersion } from '../kernel/index.ts';
import {
  type FactTypes,
  factOf,
  type Mount,
  Posture,
  SharedSettings,
  type Statement,
  Unknown,
} from '../posture/index.ts';
import { daemonStatements } from './daemon.ts';
import { defaultStatements, type EngineAtVersion } from './defaults.ts';
import { capabilityStatements, expand, privilegedCapabilities, privilegedFacts, writableMount } from './requests.ts';

/** What lies around a container, each already read into statements; absent where nobody gave it. */
export interface Surroundings {
  readonly host?: readonly Statement[];
  readonly daemon?: readonly Statement[];
  readonly image?: readonly Statement[];
}

/**
 * The whole posture of a container: what the engine does when nothing is said, what its daemon and host are set to, what
 * the image brings, what was requested, in that order, with every request turned into what it decides.
 */
export function assemble(
  statements: readonly Statement[],
  engine: EngineAtVersion,
  surroundings: Surroundings,
): Posture {
  const settings = settingsOn(engine, surroundings.host ?? NOTHING, surroundings.daemon ?? NOTHING);
  return settings.postureOf(requestedOf(statements, engine, surroundings));
}

/** The same in one piece: what the posture of shared settings and particulars must come to. */
export function assembleWhole(
  statements: readonly Statement[],
  engine: EngineAtVersion,
  surroundings: Surroundings,
): Posture {
  const ground = groundOf(engine, surroundings.host ?? NOTHING, surroundings.daemon ?? NOTHING);
  return request(requestedOf(statements, engine, surroundings), engine, ground);
}

function requestedOf(
  statements: readonly Statement[],
  engine: EngineAtVersion,
  { image = NOTHING, daemon = NOTHING }: Surroundings,
): readonly Statement[] {
  return withForeignDev([...image, ...statements.map((statement) => withDataRoot(statement, engine, daemon))], engine);
}

const NOTHING: readonly Statement[] = [];

type Grounds = WeakMap<readonly Statement[], WeakMap<readonly Statement[], SharedSettings>>;
const grounds = new WeakMap<EngineAtVersion, Grounds>();

/**
 * What all containers of one engine on one host share: its defaults, the host, its daemon. Folded once for the same lists of
 * statements, so that whatever is worked out for it holds for every container that stands on it.
 */
function settingsOn(engine: EngineAtVersion, host: readonly Statement[], daemon: readonly Statement[]): SharedSettings {
  const byHost = remembered(grounds, engine, () => new WeakMap() as Grounds);
  const byDaemon = remembered(byHost, host, () => new WeakMap<readonly Statement[], SharedSettings>());
  return remembered(byDaemon, daemon, () => {
    const ground = groundOf(engine, host, daemon);
    return new SharedSettings((requested) => (requested.length === 0 ? ground : request(requested, engine, ground)));
  });
}

function groundOf(engine: EngineAtVersion, host: readonly Statement[], daemon: readonly Statement[]): Posture {
  const described = new Posture(host);
  const [cgroup, kernel] = [described.known('host.cgroup'), parseKernelVersion(described.known('host.kernel') ?? '')];
  return new Posture([...defaultStatements(engine, { cgroup, kernel }), ...host, ...daemonStatements(daemon, engine)]);
}

/** What was requested of an engine, laid over what holds without it. */
function request(requested: readonly Statement[], engine: EngineAtVersion, ground: Posture): Posture {
  const privileged = privilegedStatement(requested);
  const { privileged: mode } = engine.defaults;
  const last = lastWords(requested);
  const effective = requested.map((statement) => expand(statement, (key) => last.get(key) === statement, engine));
  const folded = [
    ...(privileged ? [derived(privileged, privilegedFacts())] : []),
    ...effective,
    ...capabilityStatements(requested, engine),
    ...(privileged ? [derived(privileged, privilegedOverrides(engine, privileged))] : []),
    ...(mode === undefined && privileged
      ? [derived(privileged, { 'sandbox.kind': new Unknown(`${engine.title} has no privileged mode`) })]
      : []),
  ];
  const posture = new Posture(folded, ground);
  const memory = hostMemoryStatements(posture, ground);
  const further = [...hostMapStatements(posture), ...hostNameStatements(posture, engine)];
  return memory.length + further.length === 0 ? posture : new Posture([...memory, ...folded, ...further], ground);
}

function remembered<K extends object, V>(cache: WeakMap<K, V>, key: K, make: () => V): V {
  const found = cache.get(key) ?? make();
  cache.set(key, found);
  return found;
}

/** By key, the statement that speaks of it last. */
function lastWords(statements: readonly Statement[]): ReadonlyMap<string, Statement> {
  const last = new Map<string, Statement>();
  for (const statement of statements) for (const key in statement.facts) last.set(key, statement);
  return last;
}

/** The statement that asks for privileged mode, where the last word on it is yes. */
function privilegedStatement(statements: readonly Statement[]): Statement | undefined {
  const last = statements.findLast((statement) => statement.facts['request.privileged'] !== undefined);
  return last !== undefined && last.facts['request.privileged'] !== false ? last : undefined;
}

/** Unknown whether privileged: everything that it would decide is unknown. */
function derived(statement: Statement, facts: Statement['facts']): Statement {
  const asked = statement.facts['request.privileged'];
  if (!(asked instanceof Unknown)) return { ...statement, facts };
  return {
    ...statement,
    facts: Object.fromEntries(Object.keys(facts).map((key) => [key, asked])) as Statement['facts'],
  };
}

/** What privileged mode decides whatever else was asked for. */
function privilegedOverrides(engine: EngineAtVersion, statement: Statement): Statement['facts'] {
  const mode = engine.defaults.privileged;
  return {
    ...(statement.facts['request.privileged'] instanceof Unknown ? {} : privilegedCapabilities(engine)),
    ...(mode?.explicitSeccompHolds === false && { seccomp: { kind: 'unconfined' as const } }),
    ...(mode?.explicitApparmorHolds === false && { 'lsm.apparmor': 'unconfined' }),
  };
}

/** Where the container keeps the host's user namespace, maps that an earlier layer stated do not hold. */
function hostMapStatements(posture: Posture): Statement[] {
  const mode = posture.get('namespace.user');
  const map = posture.get('user-namespace.uid-map');
  if (mode?.value !== 'host' || map === undefined) return [];
  return [
    {
      phase: mode.phase,
      source: mode.source,
      facts: factOf('user-namespace.uid-map', [] as FactTypes['user-namespace.uid-map']),
    },
  ];
}

/** Engines that give a container of the host's network the host's name, too. */
function hostNameStatements(posture: Posture, engine: EngineAtVersion): Statement[] {
  const net = posture.get('namespace.net');
  if (engine.defaults.hostNetworkSharesUts !== true || net?.value !== 'host') return [];
  return [{ phase: net.phase, source: net.source, facts: { 'namespace.uts': 'host' } }];
}

/**
 * In the host's IPC namespace, /dev/shm is the host's (moby daemon/container_operations_unix.go `setupIPCDirs`, podman
 * libpod/container_internal.go `ShmDir`, containerd and CRI-O in the CRI `NamespaceMode_NODE`), beneath whatever was asked to be mounted there.
 */
function hostMemoryStatements(posture: Posture, ground: Posture): Statement[] {
  const ipc = posture.get('namespace.ipc');
  if (ground.get('mount./dev/shm') === undefined || (ipc?.value !== 'host' && !(ipc?.value instanceof Unknown)))
    return [];
  const bound = writableMount('/dev/shm', 'bind', '/dev/shm');
  const facts = ipc.value === 'host' ? bound : factOf('mount./dev/shm', new Unknown(ipc.value.why));
  return [{ phase: ipc.phase, source: ipc.source, facts }];
}

/**
 * Where something else is asked to be mounted at /dev, nothing is mounted below it that was not asked for (moby daemon/oci_linux.go
 * `withMounts`, containerd internal/cri/opts/spec_linux_opts.go `WithMounts`, podman pkg/specgen/generate/storage.go `SupercedeUserMounts`).
 */
function withForeignDev(statements: readonly Statement[], engine: EngineAtVersion): readonly Statement[] {
  const isDev = ({ facts }: Statement): boolean => typeof facts['mount./dev'] === 'object';
  if (!statements.some(isDev)) return statements;
  const asked = new Set(statements.flatMap(({ facts }) => Object.keys(facts)));
  const left = (engine.defaults.mounts ?? [])
    .map(({ destination }) => `mount.${destination}` as const)
    .filter((key) => key.startsWith('mount./dev/') && !asked.has(key));
  const none: Statement['facts'] = Object.assign({}, ...left.map((key) => factOf(key, 'none')));
  return statements.map((one) => (isDev(one) ? { ...one, facts: { ...none, ...one.facts } } : one));
}

/** Paths of the host that hold the engine's data, or lie in them, are bound with another propagation than others. */
function withDataRoot(statement: Statement, engine: EngineAtVersion, daemon: readonly Statement[]): Statement {
  const propagation = engine.defaults.dataRootBindPropagation;
  if (propagation === undefined) return statement;
  let facts: Statement['facts'] | undefined;
  for (const key in statement.facts) {
    if (!key.startsWith('mount.')) continue;
    const value = statement.facts[key as `mount.${string}`];
    if (value === undefined || value === 'none' || value instanceof Unknown || !isOfDataRoot(value, engine, daemon))
      continue;
    facts = { ...(facts ?? statement.facts), [key]: { ...value, propagation } };
  }
  return facts === undefined ? statement : { ...statement, facts };
}

function isOfDataRoot(
  { type, propagation, source = '' }: Mount,
  { name }: EngineAtVersion,
  daemon: readonly Statement[],
): boolean {
  if (type !== 'bind' || propagation !== undefined || !source.startsWith('/')) return false;
  const stated = daemon.findLast((statement) => statement.facts['daemon.data-root'] !== undefined)?.facts[
    'daemon.data-root'
  ];
  const root = typeof stated === 'string' ? stated : `/var/lib/${name}`;
  return source.startsWith(root) || root.startsWith(source);
}
