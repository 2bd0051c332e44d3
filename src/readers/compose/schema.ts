import { Unknown, type Value } from '../../posture/index.ts';
import { parseBytes } from '../bytes.ts';
import {
  any,
  type Decoded,
  either,
  integer,
  isNull,
  type Located,
  list,
  type Node,
  number,
  object,
  record,
  type Schema,
  text,
} from '../document/index.ts';
import { type Span, unknownOf } from './tree.ts';

/**
 * The compose format as far as it says something about isolation (compose-spec schema/compose-spec.json of 2026-07), in the shapes that
 * the specification allows: short and long forms, lists and mappings. Types derive from the schemas.
 */

/** A leaf whose value may hang on a variable that is not set. */
export type Leaf<T> = Located<Value<T>>;

function known<T>(schema: Schema<Located<T>>): Schema<Leaf<T>> {
  return {
    decode(node, context): Leaf<T> | undefined {
      const why = unknownOf(node);
      return why === undefined ? schema.decode(node, context) : { value: new Unknown(why), node };
    },
  };
}

/** A text that must be one of a kind. */
function reads<T>(what: string, convert: (word: string) => T | undefined): Schema<Leaf<T>> {
  return known({
    decode(node, context) {
      const word = text.decode(node, context);
      if (word === undefined) return undefined;
      const value = convert(word.value);
      if (value !== undefined) return { value, node };
      return context.report(
        'wrong-type',
        `expected ${what}, found \`${word.value.slice(0, 40)}\``,
        `write ${what} here`,
        node,
      );
    },
  });
}

/** compose-go loader/interpolate.go `toBoolean`: the words of YAML 1.1 still count. */
const BOOLEANS: Readonly<Record<string, boolean>> = {
  ...{ true: true, t: true, '1': true, y: true, yes: true, on: true },
  ...{ false: false, f: false, '0': false, n: false, no: false, off: false },
};

/** A negative number stands for no limit: compose-go types/bytes.go takes any integer as it is. */
export function parseSize(size: string): number | undefined {
  const trimmed = size.trim();
  return /^-\d+$/.test(trimmed) ? Number(trimmed) : parseBytes(trimmed);
}

const word = known(text);
const flag = reads('true or false', (v) =>
  Object.hasOwn(BOOLEANS, v.toLowerCase()) ? BOOLEANS[v.toLowerCase()] : undefined,
);
const size = reads('a size such as `512m`', parseSize);
const whole = known(integer);
const decimal = known(number);

/** What stands behind a key: its value, and whether part of it was reported as not understood. */
export interface Field<T> {
  readonly value: T | undefined;
  readonly node: Node;
  readonly failed: boolean;
}

function field<T>(schema: Schema<T>): Schema<Field<T>> {
  return {
    decode(node, context) {
      const before = context.problems.length;
      const value = schema.decode(node, context);
      return { value, node, failed: context.problems.length > before };
    },
  };
}

/** One `NAME=value` of a list, or `NAME: value` of a mapping. */
export interface Pair {
  readonly name: string;
  /** Absent where only the name is given. */
  readonly value?: Value<string>;
  readonly span: Span;
  readonly node: Node;
}

function pairs(separator: RegExp): Schema<readonly Pair[]> {
  const items = list(word);
  const members = record(any);
  return {
    decode(node, context) {
      if (node.kind === 'map') {
        members.decode(node, context);
        return [...node.entries].flatMap(([name, entry]) =>
          pairsOf(name, entry.value, { start: entry.keyStart, end: Math.max(entry.keyEnd, entry.value.end) }),
        );
      }
      return items.decode(node, context)?.map((leaf) => splitPair(leaf.node, separator));
    },
  };
}

function pairsOf(name: string, value: Node, span: Span): Pair[] {
  if (value.kind === 'list') return value.items.flatMap((item) => pairsOf(name, item, item));
  if (value.kind === 'map' || isNull(value)) return [{ name, span, node: value }];
  return [{ name, value: textValue(value, value.text), span, node: value }];
}

function splitPair(node: Node, separator: RegExp): Pair {
  const written = node.kind === 'scalar' ? node.text : '';
  const at = written.search(separator);
  if (at < 0) return { name: written, span: node, node };
  return { name: written.slice(0, at), value: textValue(node, written.slice(at + 1)), span: node, node };
}

function textValue(node: Node, value: string): Value<string> {
  const why = unknownOf(node);
  return why === undefined ? value : new Unknown(why);
}

const equalPairs = pairs(/=/);
const words = list(word);
const wordOrWords = either({ scalar: oneAsList(word), list: words });

function oneAsList<T>(schema: Schema<T>): Schema<readonly T[]> {
  return {
    decode(node, context) {
      const value = schema.decode(node, context);
      return value === undefined ? undefined : [value];
    },
  };
}

const port = object({ host_ip: word, target: word, published: word, protocol: word });
const volume = object({
  type: word,
  source: word,
  target: word,
  read_only: flag,
  bind: object({ propagation: word, recursive: word }),
  volume: object({ subpath: word }),
  tmpfs: object({ size: word, mode: word }),
  image: object({ subpath: word }),
});
const device = object({ source: word, target: word, permissions: word });
const reference = object({ source: word, target: word });
const deviceRequest = object({ capabilities: wordOrWords, count: word, device_ids: wordOrWords, driver: word });
const blockRates = list(object({ path: word, rate: size }));
const ulimit = either({ scalar: word, map: object({ soft: word, hard: word }) });
const hook = object({ command: wordOrWords, user: word, privileged: flag });
const environmentFile = object({ path: word, required: flag, format: word });
const resources = object({
  limits: object({ memory: field(size), cpus: field(decimal), pids: field(whole) }),
  reservations: object({ devices: field(list(deviceRequest)) }),
});
const build = object({
  context: word,
  dockerfile: word,
  dockerfile_inline: word,
  target: word,
  args: equalPairs,
  entitlements: wordOrWords,
  network: word,
  privileged: flag,
  secrets: any,
  ssh: any,
});

const fields = {
  blkio_config: field(object({ device_read_bps: blockRates, device_write_bps: blockRates })),
  build: field(either({ scalar: word, map: build })),
  cap_add: field(words),
  cap_drop: field(words),
  cgroup: field(word),
  cgroup_parent: field(word),
  command: field(wordOrWords),
  configs: field(list(either({ scalar: word, map: reference }))),
  container_name: field(word),
  cpu_period: field(decimal),
  cpu_quota: field(decimal),
  cpus: field(decimal),
  deploy: field(object({ resources, restart_policy: object({ condition: field(word) }) })),
  device_cgroup_rules: field(words),
  devices: field(list(either({ scalar: word, map: device }))),
  entrypoint: field(wordOrWords),
  env_file: field(either({ scalar: oneAsList(word), list: list(either({ scalar: word, map: environmentFile })) })),
  environment: field(equalPairs),
  extra_hosts: field(pairs(/[=:]/)),
  gpus: field(either({ scalar: word, list: list(deviceRequest) })),
  group_add: field(words),
  healthcheck: field(object({ disable: flag, test: wordOrWords })),
  image: field(word),
  ipc: field(word),
  isolation: field(word),
  logging: field(object({ driver: word, options: record(word) })),
  mem_limit: field(size),
  memswap_limit: field(size),
  network_mode: field(word),
  networks: field(either({ list: words, map: record(any) })),
  oom_kill_disable: field(flag),
  oom_score_adj: field(whole),
  pid: field(word),
  pids_limit: field(whole),
  platform: field(word),
  ports: field(list(either({ scalar: word, map: port }))),
  post_start: field(list(hook)),
  pre_start: field(list(hook)),
  pre_stop: field(list(hook)),
  privileged: field(flag),
  provider: field(any),
  pull_policy: field(word),
  read_only: field(flag),
  restart: field(word),
  runtime: field(word),
  secrets: field(list(either({ scalar: word, map: reference }))),
  security_opt: field(words),
  shm_size: field(size),
  storage_opt: field(record(word)),
  sysctls: field(equalPairs),
  tmpfs: field(wordOrWords),
  tty: field(flag),
  ulimits: field(record(ulimit)),
  use_api_socket: field(flag),
  user: field(word),
  userns_mode: field(word),
  uts: field(word),
  volumes: field(list(either({ scalar: word, map: volume }))),
  volumes_from: field(words),
  working_dir: field(word),
};

export const service = object(fields);
export const SERVICE_FIELDS: readonly string[] = Object.keys(fields);

/** Keys of a service that say nothing about isolation. */
export const OTHER_SERVICE_KEYS: readonly string[] = [
  ...[
    'annotations',
    'attach',
    'cpu_count',
    'cpu_percent',
    'cpu_rt_period',
    'cpu_rt_runtime',
    'cpu_shares',
    'cpuset',
    'credential_spec',
  ],
  ...[
    'depends_on',
    'develop',
    'dns',
    'dns_opt',
    'dns_search',
    'domainname',
    'expose',
    'extends',
    'external_links',
    'hostname',
    'init',
  ],
  ...[
    'label_file',
    'labels',
    'links',
    'mac_address',
    'mem_reservation',
    'mem_swappiness',
    'models',
    'profiles',
    'pull_refresh_after',
    'scale',
  ],
  ...['stdin_open', 'stop_grace_period', 'stop_signal', 'volume_driver'],
];

const network = object({ name: word, driver: word, driver_opts: record(word), external: any, internal: flag });
const namedVolume = object({ name: word, driver: word, driver_opts: record(word) });
const file = object({ file: word, environment: word, content: word, external: any });

export const sections = object({
  networks: record(network),
  volumes: record(namedVolume),
  secrets: record(file),
  configs: record(file),
});

export const ROOT_KEYS: readonly string[] = [
  'configs',
  'include',
  'models',
  'name',
  'networks',
  'secrets',
  'services',
  'version',
  'volumes',
];

export type Service = Decoded<typeof service>;
export type ServiceKey = Exclude<keyof Service, 'node'>;
export type Sections = Decoded<typeof sections>;
export type Port = Decoded<typeof port>;
export type Volume = Decoded<typeof volume>;
export type DeviceRequest = Decoded<typeof deviceRequest>;
export type Build = Decoded<typeof build>;
/** The value behind a key of a service. */
export type Of<K extends ServiceKey> = NonNullable<NonNullable<Service[K]>['value']>;
