import { parseKernelVersion } from '../kernel/index.ts';
import { type FactTypes, factOf, Posture, type Statement, Unknown } from '../posture/index.ts';
import { daemonStatements } from './daemon.ts';
import { defaultStatements, type EngineAtVersion } from './defaults.ts';
import { capabilityStatements, expand, privilegedCapabilities, privilegedFacts } from './requests.ts';

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
  const base = groundOf(engine, surroundings.host ?? NOTHING, surroundings.daemon ?? NOTHING);
  const requested = [...(surroundings.image ?? []), ...statements];
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
  const posture = new Posture(folded, base);
  const further = [...hostMapStatements(posture), ...hostNameStatements(posture, engine)];
  return further.length === 0 ? posture : new Posture([...folded, ...further], base);
}

const NOTHING: readonly Statement[] = [];

type Grounds = WeakMap<readonly Statement[], WeakMap<readonly Statement[], Posture>>;
const grounds = new WeakMap<EngineAtVersion, Grounds>();

/**
 * What all containers of one engine on one host share: its defaults, the host, its daemon. Folded once for the same lists of
 * statements, so that whatever is worked out for it holds for every container that stands on it.
 */
function groundOf(engine: EngineAtVersion, host: readonly Statement[], daemon: readonly Statement[]): Posture {
  const byHost = remembered(grounds, engine, () => new WeakMap() as Grounds);
  const byDaemon = remembered(byHost, host, () => new WeakMap<readonly Statement[], Posture>());
  return remembered(byDaemon, daemon, () => {
    const described = new Posture(host);
    const [cgroup, kernel] = [described.known('host.cgroup'), parseKernelVersion(described.known('host.kernel') ?? '')];
    return new Posture([
      ...defaultStatements(engine, { cgroup, kernel }),
      ...host,
      ...daemonStatements(daemon, engine),
    ]);
  });
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
