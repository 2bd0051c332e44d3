import { factOf, type LimitName, type Statement, Unknown, type Value } from '../../posture/index.ts';
import { boolean, type Entry, integer, type Node, text as word } from '../document/index.ts';
import { entryOf, type Handlers, handleKeys, itemsOf, mapOf, type Stating, siteOf } from '../stating.ts';

/** `linux.resources` but for its device rules. What is not limited there is not limited. */
export function stateResources(stating: Stating, entry: Entry | undefined): void {
  stating.absent('runc', 'runtime-spec config-linux.md, Control groups: what is not stated is not limited', {
    'limit.memory': 'none',
    'limit.memory-swap': 'none',
    'limit.pids': 'none',
    'limit.cpu': 'none',
    'limit.io': 'none',
    'oom-kill-disabled': false,
  });
  const resources = entry && mapOf(entry.value, stating);
  if (resources) handleKeys(stating, resources, RESOURCES, '`linux.resources`');
}

const section = (name: string, handlers: Handlers) => (stating: Stating, entry: Entry) => {
  const node = mapOf(entry.value, stating);
  if (node) handleKeys(stating, node, handlers, `\`linux.resources.${name}\``);
};

/** cgroup memory and pids: -1 is no limit; 0 is written by nobody who wants one (runc leaves the file alone). */
const limit = (path: string, name: LimitName) => (stating: Stating, entry: Entry) => {
  const value = stating.read(integer, entry.value);
  if (value === undefined) return;
  stating.state(
    siteOf(entry),
    `linux.resources.${path}: ${value instanceof Unknown ? '?' : value}`,
    limited(name, value),
  );
};

function limited(name: LimitName, value: Value<number>): Statement['facts'] {
  return factOf(`limit.${name}`, value instanceof Unknown || value > 0 ? value : 'none');
}

const RESOURCES: Handlers = {
  devices: 'ignored',
  memory: section('memory', {
    limit: limit('memory.limit', 'memory'),
    swap: limit('memory.swap', 'memory-swap'),
    disableOOMKiller: (stating, entry) => {
      const value = stating.read(boolean, entry.value);
      if (value !== undefined)
        stating.state(siteOf(entry), `linux.resources.memory.disableOOMKiller: ${String(value)}`, {
          'oom-kill-disabled': value,
        });
    },
    reservation: 'ignored',
    kernel: 'ignored',
    kernelTCP: 'ignored',
    swappiness: 'ignored',
    useHierarchy: 'ignored',
    checkBeforeUpdate: 'ignored',
  }),
  pids: section('pids', { limit: limit('pids.limit', 'pids') }),
  cpu: (stating, entry) => stateCpu(stating, entry.value),
  blockIO: (stating, entry) => stateBlockIo(stating, entry.value),
  unified: (stating, entry) => stateUnified(stating, entry.value),
  hugepageLimits: 'ignored',
  network: 'ignored',
  rdma: 'ignored',
};

const DEFAULT_PERIOD = 100_000;

/** Cores: quota over period (both in microseconds). Shares and sets of cores are no limit. */
function stateCpu(stating: Stating, node: Node): void {
  const cpu = mapOf(node, stating);
  const entry = cpu && entryOf(cpu, 'quota');
  if (cpu === undefined || entry === undefined) return;
  const quota = stating.read(integer, entry.value);
  const periodNode = entryOf(cpu, 'period')?.value;
  const period = periodNode === undefined ? DEFAULT_PERIOD : stating.read(integer, periodNode);
  const known = typeof quota === 'number' && typeof period === 'number';
  const cores = known && period > 0 ? quota / period : new Unknown('quota and period cannot be read');
  stating.state(siteOf(entry), `linux.resources.cpu.quota: ${known ? quota : '?'}`, limited('cpu', cores));
}

const RATES = ['throttleReadBpsDevice', 'throttleWriteBpsDevice'];

/** The largest rate in bytes a second that any throttled device may be read or written with. */
function stateBlockIo(stating: Stating, node: Node): void {
  for (const key of RATES) {
    const entry = entryOf(node, key);
    const rates = (itemsOf(entry?.value, stating) ?? []).flatMap((item) => {
      const rate = entryOf(item, 'rate')?.value;
      const value = rate && stating.read(integer, rate);
      return typeof value === 'number' ? [value] : [];
    });
    if (entry && rates.length > 0)
      stating.state(siteOf(entry), `linux.resources.blockIO.${key}`, { 'limit.io': Math.max(...rates) });
  }
}

/** cgroup v2 files written as they are: they have the last word over the sections (runc writes them last). */
function stateUnified(stating: Stating, node: Node): void {
  for (const [file, entry] of mapOf(node, stating)?.entries ?? []) {
    const limitName = Object.hasOwn(UNIFIED, file) ? UNIFIED[file] : undefined;
    const text = stating.read(word, entry.value);
    if (limitName === undefined || text === undefined) continue;
    const value = text instanceof Unknown ? text : unifiedValue(file, text);
    stating.state(
      siteOf(entry),
      `linux.resources.unified: ${file}=${String(text instanceof Unknown ? '?' : text)}`,
      factOf(`limit.${limitName}`, value),
    );
  }
}

const UNIFIED: Readonly<Record<string, LimitName>> = { 'memory.max': 'memory', 'pids.max': 'pids', 'cpu.max': 'cpu' };

function unifiedValue(file: string, text: string): Value<number | 'none'> {
  const [first, second] = text.trim().split(/\s+/);
  if (first === 'max') return 'none';
  const value = file === 'cpu.max' ? Number(first) / Number(second ?? DEFAULT_PERIOD) : Number(first);
  return Number.isFinite(value) && value > 0 ? value : new Unknown(`${file} is not understood`);
}
