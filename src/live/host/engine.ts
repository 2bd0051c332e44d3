import { z } from 'zod';
import { CofferdamError, type DaemonValue, factOf, type Statement, Unknown } from '../../posture/index.ts';
import { DAEMON_KEYS } from '../../readers/daemon/keys.data.ts';
import type { ReadOptions, Subject } from '../../readers/index.ts';
import { askEngine, type EngineOptions, engineSocket } from '../engine-api.ts';
import { words } from '../environment.ts';
import { type Files, isMissing, MACHINE } from '../files.ts';
import { releaseIn } from './programs.ts';

/** The Docker of the host: its own settings, and what the host's vectors ask about it. */
export interface ObservedEngine {
  readonly subject: Subject | undefined;
  readonly facts: readonly Statement[];
  readonly problems: readonly CofferdamError[];
}

/** Settings in the order in which they hold: daemon.json, the daemon's command line (the two may not both name one), what it answers. */
export async function observeEngine(options: EngineOptions): Promise<ObservedEngine> {
  const files = options.files ?? MACHINE;
  const file = await settingsFile(files);
  const process = findDaemon(files);
  const answers = await answersOf(options);
  const statements = [...file.statements, ...(process?.statements ?? []), ...answers.settings];
  const known = statements.length > 0 || process !== undefined;
  return { subject: known ? engineSubject(statements) : undefined, facts: answers.facts, problems: file.problems };
}

function engineSubject(statements: readonly Statement[]): Subject {
  return {
    id: 'host#docker',
    kind: 'engine',
    name: 'docker',
    artifact: 'daemon-json',
    place: { path: 'host', line: 1, column: 1 },
    layers: [{ phase: 'host', statements }],
    engine: 'docker',
    suppressions: [],
  };
}

const SETTINGS = '/etc/docker/daemon.json';

const NOTHING_BESIDE: ReadOptions = {
  read: (path) => new Unknown(`${path} is not read`),
  exists: () => false,
  environment: {},
};

async function settingsFile(
  files: Files,
): Promise<{ statements: readonly Statement[]; problems: readonly CofferdamError[] }> {
  const text = files.text(SETTINGS);
  if (text instanceof Unknown) {
    const forbidden = new CofferdamError('unreadable', text.why, 'run as root of the host', { path: SETTINGS });
    return { statements: [], problems: isMissing(text) ? [] : [forbidden] };
  }
  const { readDaemon } = await import('../../readers/daemon/index.ts');
  const read = readDaemon(text, SETTINGS, NOTHING_BESIDE);
  return {
    statements: read.subjects.flatMap((one) => one.layers.flatMap((layer) => layer.statements)),
    problems: read.problems,
  };
}

/** Flags that daemon.json calls otherwise (moby daemon/config, daemon/command at v29: `flags.Var` of lists are singular). */
const FLAGS: Readonly<Record<string, string>> = {
  H: 'hosts',
  host: 'hosts',
  D: 'debug',
  l: 'log-level',
  s: 'storage-driver',
  g: 'data-root',
  'insecure-registry': 'insecure-registries',
  'registry-mirror': 'registry-mirrors',
  'authorization-plugin': 'authorization-plugins',
};

function findDaemon(files: Files): { readonly statements: readonly Statement[] } | undefined {
  const processes = files.list('/proc');
  if (processes instanceof Unknown) return undefined;
  for (const pid of processes) {
    if (!/^\d+$/.test(pid)) continue;
    const name = files.text(`/proc/${pid}/comm`);
    if (name !== 'dockerd\n') continue;
    const cmdline = files.text(`/proc/${pid}/cmdline`);
    if (cmdline instanceof Unknown) return { statements: [] };
    return { statements: flagStatements(words(cmdline).slice(1), `/proc/${pid}/cmdline`) };
  }
  return undefined;
}

export function flagStatements(args: readonly string[], from: string): readonly Statement[] {
  const values = new Map<string, string[]>();
  for (const [name, value] of flagsOf(args)) values.set(name, [...(values.get(name) ?? []), value]);
  return [...values].flatMap(([name, given]): Statement[] => {
    const key = FLAGS[name] ?? name;
    const type = Object.hasOwn(DAEMON_KEYS, key) ? DAEMON_KEYS[key]?.type : undefined;
    const value = type === undefined ? undefined : typed(type, given);
    return value === undefined
      ? []
      : [{ phase: 'host', source: { kind: 'observed', from }, facts: factOf(`daemon.${key}`, value) }];
  });
}

/** pflag: `--name=value`, `--name value`, `-Xvalue`, `-X value`; a boolean's value only behind an equals sign. */
function* flagsOf(args: readonly string[]): Iterable<readonly [string, string]> {
  for (let i = 0; i < args.length; i++) {
    const [, long, short, equals] = /^(?:--([\w-]+)|-([A-Za-z])=?)(?:=?(.*))$/s.exec(args[i] ?? '') ?? [];
    const name = long ?? short;
    if (name === undefined) continue;
    const key = FLAGS[name] ?? name;
    const takesValue = DAEMON_KEYS[key]?.type !== 'boolean';
    if (equals !== undefined && equals !== '') yield [name, equals];
    else yield takesValue ? [name, args[++i] ?? ''] : [name, 'true'];
  }
}

function typed(
  type: 'boolean' | 'number' | 'text' | 'list' | 'record',
  given: readonly string[],
): DaemonValue | undefined {
  const last = given.at(-1) ?? '';
  switch (type) {
    case 'boolean':
      return /^(?:true|t|1|false|f|0)$/i.test(last) ? /^(?:true|t|1)$/i.test(last) : undefined;
    case 'number':
      return /^-?\d+$/.test(last) ? Number(last) : undefined;
    case 'text':
      return last;
    case 'list':
      return given;
    case 'record':
      return undefined;
  }
}

/** A field that is not what the engine's interface says is left out. */
const text = z.string().optional().catch(undefined);
const flag = z.boolean().optional().catch(undefined);
const number = z.number().optional().catch(undefined);
const list = z.array(z.string()).optional().catch(undefined);

/** Parts of GET /info that are used (moby api/types/system, v1.41 to 1.51). */
const INFO = z.object({
  ServerVersion: text,
  Driver: text,
  LoggingDriver: text,
  LiveRestoreEnabled: flag,
  ExperimentalBuild: flag,
  Debug: flag,
  SecurityOptions: list,
  DefaultRuntime: text,
  DockerRootDir: text,
  ContainersStopped: number,
  RegistryConfig: z
    .object({
      InsecureRegistryCIDRs: list,
      IndexConfigs: z
        .record(z.string(), z.object({ Secure: flag }))
        .optional()
        .catch(undefined),
      Mirrors: list,
    })
    .optional()
    .catch(undefined),
  Swarm: z
    .object({
      LocalNodeState: text,
      Cluster: z
        .object({ Spec: z.object({ EncryptionConfig: z.object({ AutoLockManagers: flag }) }) })
        .optional()
        .catch(undefined),
    })
    .optional()
    .catch(undefined),
});

const VERSION = z.object({
  Components: z
    .array(z.object({ Name: text, Version: text }))
    .optional()
    .catch(undefined),
});

const VOLUMES = z.object({ Volumes: z.array(z.unknown()).nullable() });

type Info = z.infer<typeof INFO>;

async function answersOf(
  options: EngineOptions,
): Promise<{ settings: readonly Statement[]; facts: readonly Statement[] }> {
  const socket = engineSocket('docker', options);
  if (socket instanceof CofferdamError) return { settings: [], facts: [] };
  const ask = async <T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> => {
    const answer = await askEngine('docker', socket, path, options);
    return answer instanceof CofferdamError || answer.status !== 200 ? undefined : parsed(answer.text, schema);
  };
  const [info, version, dangling] = await Promise.all([
    ask('/info', INFO),
    ask('/version', VERSION),
    ask(`/volumes?filters=${encodeURIComponent('{"dangling":["true"]}')}`, VOLUMES),
  ]);
  const observed = (path: string, facts: Statement['facts']): Statement => ({
    phase: 'host',
    source: { kind: 'observed', from: `GET ${path} at ${socket}` },
    facts,
  });
  return {
    settings: info === undefined ? [] : [observed('/info', settingFacts(info))],
    facts: [
      ...(info === undefined ? [] : [observed('/info', infoFacts(info, options.files ?? MACHINE))]),
      ...(version === undefined ? [] : [observed('/version', versionFacts(version))]),
      ...(dangling === undefined
        ? []
        : [observed('/volumes', factOf('host.fact.dangling-volumes', (dangling.Volumes ?? []).length))]),
    ],
  };
}

function parsed<T>(text: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Settings as they are in force, by the names of daemon.json. */
function settingFacts(info: Info): Statement['facts'] {
  const options = (info.SecurityOptions ?? []).map((option) => option.replace(/^name=/, ''));
  const registries = info.RegistryConfig;
  const insecure = [
    ...(registries?.InsecureRegistryCIDRs ?? []),
    ...Object.entries(registries?.IndexConfigs ?? {}).flatMap(([name, index]) =>
      index.Secure === false ? [name] : [],
    ),
  ];
  const settings: Readonly<Record<string, DaemonValue | undefined>> = {
    'storage-driver': info.Driver,
    'log-driver': info.LoggingDriver,
    'live-restore': info.LiveRestoreEnabled,
    experimental: info.ExperimentalBuild,
    debug: info.Debug,
    'default-runtime': info.DefaultRuntime,
    'data-root': info.DockerRootDir,
    'insecure-registries': registries ? insecure : undefined,
    'registry-mirrors': registries ? [...(registries.Mirrors ?? [])] : undefined,
    'selinux-enabled': info.SecurityOptions ? options.includes('selinux') : undefined,
    // What its range is, is in daemon.json or on the command line only.
    'userns-remap': options.includes('userns') ? undefined : '',
    rootless: options.includes('rootless'),
    'no-new-privileges': info.SecurityOptions ? options.includes('no-new-privileges') : undefined,
    ...(options.includes('seccomp,profile=unconfined') && { 'seccomp-profile': 'unconfined' }),
  };
  const stated = Object.entries(settings).filter((pair): pair is [string, DaemonValue] => pair[1] !== undefined);
  return Object.assign({}, ...stated.map(([key, value]) => factOf(`daemon.${key}`, value))) as Statement['facts'];
}

function infoFacts(info: Info, files: Files): Statement['facts'] {
  const root = info.DockerRootDir === undefined ? undefined : files.stat(info.DockerRootDir);
  const system = files.stat('/');
  const swarm = info.Swarm;
  const autolock = swarm?.Cluster?.Spec?.EncryptionConfig?.AutoLockManagers;
  const separate =
    root === undefined || root instanceof Unknown || system instanceof Unknown
      ? undefined
      : root.device !== system.device;
  return {
    ...(info.ServerVersion !== undefined && { 'engine.name': 'docker', 'engine.version': info.ServerVersion }),
    ...(info.SecurityOptions && { 'engine.rootless': info.SecurityOptions.includes('name=rootless') }),
    ...(info.ContainersStopped !== undefined && factOf('host.fact.exited-containers', info.ContainersStopped)),
    ...(swarm?.LocalNodeState !== undefined && factOf('host.fact.swarm-active', swarm.LocalNodeState === 'active')),
    ...(autolock !== undefined && factOf('host.fact.swarm-autolock', autolock)),
    ...(separate !== undefined && factOf('host.fact.data-root-separate', separate)),
  };
}

function versionFacts(version: z.infer<typeof VERSION>): Statement['facts'] {
  const facts = (version.Components ?? []).flatMap(({ Name, Version: text }) => {
    const release = releaseIn(text ?? '');
    return (Name === 'runc' || Name === 'containerd') && release !== undefined
      ? [factOf(`host.fact.${Name}-version`, release)]
      : [];
  });
  return Object.assign({}, ...facts) as Statement['facts'];
}
