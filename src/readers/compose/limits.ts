import { type FactKey, factOf, type Rlimit, Unknown, type Value } from '../../posture/index.ts';
import { rlimitBound } from '../rlimit.ts';
import { type At, type Scene, valueAt } from './scene.ts';
import { type Field, type Leaf, type Of, parseSize, type Service } from './schema.ts';

/** Limits of memory, tasks, processor, disk and log. `deploy.resources` has the last word (pkg/compose/create.go `setLimits`). */
export function limits(scene: Scene): void {
  const { service } = scene;
  for (const [key, fact, least] of NUMBERS) {
    const leaf = valueAt<Leaf<number>>(service[key]);
    if (leaf !== undefined) stateLimit(scene, scene.key(key), fact, leaf.value, least);
  }
  quota(scene);
  const limited = service.deploy?.value?.resources?.limits;
  for (const [key, fact] of DEPLOYED) {
    const field: Field<Leaf<number>> | undefined = limited?.[key];
    const leaf = valueAt(field);
    const at = (): At => scene.member('deploy', `deploy.resources.limits.${key}`, (field as Field<Leaf<number>>).node);
    // Zero is not a limit here, it is no statement.
    if (leaf !== undefined && leaf.value !== 0) stateLimit(scene, at(), fact, leaf.value, 0);
    else if (field?.failed) scene.state(at(), factOf(fact, new Unknown('the limit is not understood')));
  }
  ulimits(scene, valueAt(service.ulimits));
  blockRates(scene, valueAt(service.blkio_config));
  logging(scene, valueAt(service.logging));
  const size = valueAt(service.storage_opt)?.get('size');
  if (size !== undefined)
    scene.state(scene.member('storage_opt', 'storage_opt.size', size.node), factOf('limit.storage', bytes(size.value)));
  const killing = valueAt(service.oom_kill_disable);
  if (killing) scene.state(scene.key('oom_kill_disable'), factOf('oom-kill-disabled', killing.value));
  const score = valueAt(service.oom_score_adj);
  if (score) scene.state(scene.key('oom_score_adj'), factOf('process.oom-score-adj', score.value));
}

type Limit = 'limit.memory' | 'limit.memory-swap' | 'limit.cpu' | 'limit.pids' | 'limit.shm';
type NumberKey = 'mem_limit' | 'memswap_limit' | 'cpus' | 'pids_limit' | 'shm_size';

/** `unstated`: a value that compose takes for nothing said, so that the engine's default holds. */
const NUMBERS: readonly (readonly [NumberKey & keyof Service, Limit, unstated: number])[] = [
  ['mem_limit', 'limit.memory', 0],
  ['memswap_limit', 'limit.memory-swap', 0],
  ['cpus', 'limit.cpu', 0],
  ['pids_limit', 'limit.pids', 0],
  ['shm_size', 'limit.shm', 0],
];

const DEPLOYED = [
  ['memory', 'limit.memory'],
  ['cpus', 'limit.cpu'],
  ['pids', 'limit.pids'],
] as const;

function stateLimit(scene: Scene, at: At, key: Limit, value: Value<number>, unstated: number): void {
  if (value === unstated) return;
  scene.state(at, factOf(key, value instanceof Unknown ? value : value < 0 ? 'none' : value));
}

/** The kernel's default period, which Docker keeps: 100 ms. */
const PERIOD = 100_000;

function quota(scene: Scene): void {
  const leaf = valueAt(scene.service.cpu_quota);
  if (leaf === undefined || leaf.value === 0) return;
  const period = valueAt(scene.service.cpu_period)?.value ?? PERIOD;
  const unknown = [leaf.value, period].find((value) => value instanceof Unknown);
  const cores = Number(leaf.value) / (Number(period) || PERIOD);
  scene.state(scene.key('cpu_quota'), factOf('limit.cpu', unknown ?? (cores < 0 ? 'none' : cores)));
}

function ulimits(scene: Scene, all: Of<'ulimits'> | undefined): void {
  for (const [name, limit] of all ?? []) {
    const at = scene.member('ulimits', `ulimits.${name}`, limit.node);
    const soft = 'value' in limit ? limit.value : limit.soft?.value;
    const hard = 'value' in limit ? limit.value : limit.hard?.value;
    const key = `rlimit.${name.toLowerCase()}` as const;
    const unknown = [soft, hard].find((value) => value instanceof Unknown);
    const rlimit = { soft: bound(soft), hard: bound(hard) };
    if (unknown !== undefined) scene.state(at, factOf(key, unknown));
    else if (rlimit.soft !== undefined && rlimit.hard !== undefined) scene.state(at, factOf(key, rlimit as Rlimit));
    else {
      scene.problem(
        'ulimit',
        `limit \`${name}\` is not understood`,
        'write a number, or `soft` and `hard`',
        limit.node,
      );
      scene.state(at, factOf(key, new Unknown('the limit is not understood')));
    }
  }
}

const bound = (value: Value<string> | undefined): Rlimit['soft'] | undefined =>
  typeof value === 'string' ? rlimitBound(value.trim()) : undefined;

function blockRates(scene: Scene, config: Of<'blkio_config'> | undefined): void {
  for (const key of ['device_read_bps', 'device_write_bps'] as const) {
    for (const entry of config?.[key] ?? []) {
      if (entry.rate === undefined) continue;
      scene.state(
        scene.member('blkio_config', `blkio_config.${key}`, entry.node),
        factOf('limit.io', entry.rate.value),
      );
    }
  }
}

/** Drivers that keep logs on the host's disk rotate by these options (docs of json-file and local). */
function logging(scene: Scene, config: Of<'logging'> | undefined): void {
  const driver = config?.driver;
  if (driver)
    scene.state(scene.member('logging', 'logging.driver', driver.node), factOf('runtime.log-driver', driver.value));
  const size = config?.options?.get('max-size');
  if (size === undefined) return;
  const files = config?.options?.get('max-file')?.value ?? '1';
  const each = bytes(size.value);
  const total =
    each instanceof Unknown || each === 'none'
      ? each
      : files instanceof Unknown
        ? files
        : each * (/^\d{1,6}$/.test(files) ? Number(files) || 1 : 1);
  scene.state(scene.member('logging', 'logging.options.max-size', size.node), factOf('limit.log', total));
}

function bytes(value: Value<string>): Value<number | 'none'> {
  if (value instanceof Unknown) return value;
  const size = parseSize(value);
  return size === undefined ? new Unknown(`size \`${value}\` is not understood`) : size < 0 ? 'none' : size;
}

/** The facts that a key of this room may state, for a value that is not understood. */
export const LIMIT_FACTS: Readonly<Partial<Record<keyof Service, FactKey>>> = {
  ...Object.fromEntries(NUMBERS.map(([key, fact]) => [key, fact])),
  cpu_period: 'limit.cpu',
  cpu_quota: 'limit.cpu',
  blkio_config: 'limit.io',
  storage_opt: 'limit.storage',
  logging: 'limit.log',
  ulimits: 'rlimit.?',
  oom_kill_disable: 'oom-kill-disabled',
  oom_score_adj: 'process.oom-score-adj',
};
