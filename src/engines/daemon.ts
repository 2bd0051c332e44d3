import { type FactKey, factOf, type Statement, Unknown } from '../posture/index.ts';
import { type EngineAtVersion, joined, sourceOf } from './defaults.ts';
import { sandboxKindOf, writableMount } from './requests.ts';

type Facts = Statement['facts'];

/** What a setting of dockerd (daemon.json) means for each container that it starts; keys without an entry mean nothing for one. */
const DAEMON_EFFECTS: Readonly<Record<string, (value: unknown) => Facts>> = {
  'userns-remap': (value) =>
    value === '' ? {} : { 'namespace.user': 'private', ...writableMount('/sys/fs/cgroup', 'cgroup') },
  'no-new-privileges': (value) => (typeof value === 'boolean' ? { 'process.no-new-privileges': value } : {}),
  'seccomp-profile': (value) =>
    value === 'unconfined'
      ? { seccomp: { kind: 'unconfined' } }
      : value === '' || value === 'builtin'
        ? {}
        : { seccomp: new Unknown(`the daemon's profile \`${String(value)}\` lies on its host`) },
  'selinux-enabled': (value) => (value === true ? { 'lsm.selinux': { type: 'container_t' } } : {}),
  'default-runtime': (value) =>
    typeof value === 'string' ? { 'runtime.name': value, 'sandbox.kind': sandboxKindOf(value) } : {},
  'default-cgroupns-mode': (value) => (value === 'host' || value === 'private' ? { 'namespace.cgroup': value } : {}),
  'default-ulimits': (value) => ulimits(value),
  'log-driver': (value) => (typeof value === 'string' ? { 'runtime.log-driver': value } : {}),
};

/** The daemon's own statements, each with what it decides for containers. */
export function daemonStatements(statements: readonly Statement[], engine: EngineAtVersion): Statement[] {
  return statements.map((statement) => {
    const effects = Object.entries(statement.facts).map(([key, value]) => {
      const setting = key.slice('daemon.'.length);
      if (!key.startsWith('daemon.') || !Object.hasOwn(DAEMON_EFFECTS, setting)) return {};
      const effect = DAEMON_EFFECTS[setting] as (value: unknown) => Facts;
      if (value instanceof Unknown) return unknownEffect(effect, value);
      return effect(value);
    });
    return {
      ...statement,
      source: statement.source ?? sourceOf(engine, 'source'),
      facts: { ...joined(effects), ...statement.facts },
    };
  });
}

/** A setting of the wrong type makes what it would have decided unknown. */
function unknownEffect(effect: (value: unknown) => Facts, value: Unknown): Facts {
  return joined(Object.keys(effect(true)).map((key) => factOf(key as FactKey, value as never)));
}

function ulimits(value: unknown): Facts {
  if (typeof value !== 'object' || value === null) return {};
  return joined(
    Object.entries(value as Record<string, { Soft?: number; Hard?: number } | undefined>).map(([name, limit]) => {
      const of = (number: number | undefined) => (number === undefined || number < 0 ? 'unlimited' : number);
      return factOf(`rlimit.${name.toLowerCase()}`, { soft: of(limit?.Soft), hard: of(limit?.Hard) });
    }),
  );
}
