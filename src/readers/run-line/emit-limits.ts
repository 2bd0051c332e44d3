import { factOf, type LimitName, Unknown } from '../../posture/index.ts';
import { parseBytes } from '../bytes.ts';
import { rlimitBound } from '../rlimit.ts';
import type { FlagUse } from './arguments.ts';
import { type Emission, emitSwitch, parseInteger, unknownParts } from './emission.ts';
import type { Emitters } from './emitters.ts';
import { isKnown } from './words.ts';

/** Flags that limit what the container may use up. */
export const LIMIT_EMITTERS: Emitters = {
  memory: (use, out) => emitBytes(use, out, 'memory'),
  'memory-swap': (use, out) => emitBytes(use, out, 'memory-swap'),
  'shm-size': (use, out) => emitBytes(use, out, 'shm'),
  'pids-limit': emitPids,
  cpus: (use, out) => emitNumber(use, out, (cpus) => out.state(use, { 'limit.cpu': cpus > 0 ? cpus : 'none' })),
  'cpu-quota': emitCpuTime,
  'cpu-period': emitCpuTime,
  'io-rate': (use, out) => out.unknown(use, `${use.text} limits one device and one direction only`),
  'storage-option': emitStorage,
  ulimit: emitUlimit,
  'oom-kill-disable': (use, out) => emitSwitch(use, out, (on) => out.state(use, { 'oom-kill-disabled': on })),
  'oom-score-adj': (use, out) => emitNumber(use, out, (score) => out.state(use, { 'process.oom-score-adj': score })),
  'cgroup-conf': emitCgroupConf,
  cgroups: emitCgroups,
  'cgroup-parent': (use, out) => out.state(use, { 'request.cgroup-parent': use.value }),
  'log-driver': (use, out) => out.state(use, { 'runtime.log-driver': use.value }),
  'log-option': emitLogOption,
};

function emitBytes(use: FlagUse, out: Emission, limit: LimitName): void {
  const bytes = use.value === '-1' ? 0 : parseBytes(use.value);
  if (bytes === undefined)
    out.reject(use, `--${use.flag.name} ${use.value} is no size`, 'write a number with b, k, m or g');
  else out.state(use, factOf(`limit.${limit}`, bytes === 0 ? 'none' : bytes));
}

function emitNumber(use: FlagUse, out: Emission, then: (value: number) => void): void {
  if (/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/.test(use.value)) then(Number(use.value));
  else out.reject(use, `--${use.flag.name} ${use.value} is no number`, 'write a number');
}

/** Zero and less are no limit (moby daemon/daemon_unix.go `getPidsLimit`, podman the same by way of the runtime). */
function emitPids(use: FlagUse, out: Emission): void {
  const limit = parseInteger(use.value);
  if (limit === undefined) out.reject(use, `--pids-limit ${use.value} is no number`, 'write a number, or -1 for none');
  else out.state(use, { 'limit.pids': limit > 0 ? limit : 'none' });
}

/** Microseconds of every CFS period, which is 100,000 where nothing is said (kernel/sched/core.c `default_cfs_period`). */
function emitCpuTime(use: FlagUse, out: Emission): void {
  emitNumber(use, out, (value) => {
    const before = out.kept('cpu-time', { 'cpu-quota': 0, 'cpu-period': 100_000 });
    const time = out.keep('cpu-time', { ...before, [use.flag.name]: value });
    const quota = time['cpu-quota'];
    if (quota > 0 && time['cpu-period'] > 0) out.state(use, { 'limit.cpu': quota / time['cpu-period'] });
    else if (use.flag.name === 'cpu-quota') out.state(use, { 'limit.cpu': 'none' });
  });
}

function emitStorage(use: FlagUse, out: Emission): void {
  const size = use.value.startsWith('size=') ? use.value.slice(5) : undefined;
  const bytes = size === undefined ? undefined : parseBytes(size);
  if (bytes !== undefined) out.state(use, { 'limit.storage': bytes === 0 ? 'none' : bytes });
  else if (size !== undefined) out.reject(use, `--storage-opt ${use.value} is no size`, 'write size=10G');
}

/** go-units ParseUlimit: `NAME=SOFT[:HARD]`, -1 (and podman's `unlimited`) for no limit. */
function emitUlimit(use: FlagUse, out: Emission): void {
  const match = /^([a-z]+)=([^:]+)(?::(.+))?$/.exec(use.value);
  const [, name, first = '', second = first] = match ?? [];
  const [soft, hard] = [rlimitBound(first), rlimitBound(second)];
  if (soft !== undefined && hard !== undefined) {
    out.state(use, factOf(`rlimit.${name}`, { soft, hard }));
  } else if (use.value === 'host' && out.engine === 'podman') out.unknown(use, 'the limits of the calling user hold');
  else if (/^[a-z]+=/.test(use.value) && !isKnown(use.value)) {
    out.state(use, factOf(`rlimit.${use.value.slice(0, use.value.indexOf('='))}`, new Unknown(unknownParts(use))));
  } else if (!isKnown(use.value)) out.unknown(use, unknownParts(use));
  else out.reject(use, `--ulimit ${use.value} is no limit`, 'write NAME=SOFT[:HARD]');
}

/** A map, not an object: the name comes from outside, and every object has a `toString`. */
const CGROUP_FILES: ReadonlyMap<string, LimitName> = new Map([
  ['memory.max', 'memory'],
  ['pids.max', 'pids'],
]);

function emitCgroupConf(use: FlagUse, out: Emission): void {
  const equals = use.value.indexOf('=');
  const limit = CGROUP_FILES.get(use.value.slice(0, Math.max(0, equals)));
  const value = use.value.slice(equals + 1);
  if (limit === undefined) return;
  const number = value === 'max' ? 'none' : parseInteger(value);
  if (number === undefined) out.reject(use, `--cgroup-conf ${use.value} is no limit`, 'write FILE=NUMBER or FILE=max');
  else out.state(use, factOf(`limit.${limit}`, number));
}

/** podman: without a cgroup of its own (`disabled`) nothing is limited. */
function emitCgroups(use: FlagUse, out: Emission): void {
  if (use.value !== 'disabled') return;
  out.state(use, {
    'limit.memory': 'none',
    'limit.memory-swap': 'none',
    'limit.pids': 'none',
    'limit.cpu': 'none',
    'limit.io': 'none',
  });
}

/** json-file and local keep `max-file` files (1 and 5 where not said) of `max-size` each: the driver decides, so the size of one is stated. */
function emitLogOption(use: FlagUse, out: Emission): void {
  const [key = '', value = ''] = use.value.split('=');
  const before = out.kept('log', { size: undefined as number | undefined, files: 1 });
  if (key !== 'max-size' && key !== 'max-file') return;
  const number = key === 'max-size' ? parseBytes(value) : parseInteger(value);
  if (!isKnown(value)) out.unknown(use, unknownParts(use));
  else if (value === '-1') out.state(use, { 'limit.log': 'none' });
  else if (number === undefined) out.reject(use, `--log-opt ${use.value} is no number`, 'write max-size=10m');
  else {
    const log = out.keep('log', key === 'max-size' ? { ...before, size: number } : { ...before, files: number });
    if (log.size !== undefined) out.state(use, { 'limit.log': log.size * log.files });
  }
}
