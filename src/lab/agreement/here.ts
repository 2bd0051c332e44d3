import { CAPABILITIES, capabilitiesOfMask, parseCapabilityMask } from '../../kernel/index.ts';
import type { MACHINE } from '../../live/index.ts';
import type { Expr } from '../../model/index.ts';
import { Unknown } from '../../posture/index.ts';
import { CATALOGUE } from '../../vectors/catalogue.generated.ts';
import { BIND_SOURCES, DEVICE_PATHS } from './choices.data.ts';

/**
 * What a machine allows a configuration to ask for: plain data, so that it can be told of a virtual machine as well. What is not in it
 * is never generated, for it could not be performed and so not be compared.
 */
export interface Here {
  readonly uid: number;
  readonly arch: 'x86_64' | 'aarch64';
  /** Release, `6.1.0-31-amd64`. */
  readonly kernel: string;
  /** Bounding set of whoever starts the containers; names with `CAP_`. */
  readonly capabilities: readonly string[];
  /** Kinds of namespace that the kernel has, in the words of the OCI specification. */
  readonly namespaces: readonly string[];
  readonly cgroup: 'v1' | 'v2' | 'hybrid';
  /** Controllers that a container's group may use. */
  readonly controllers: readonly string[];
  /** Loaded profiles; none where AppArmor is off. */
  readonly apparmor: readonly string[];
  /** Of `DEVICE_PATHS`, those that are there. */
  readonly devices: readonly HereDevice[];
  /** Of `BIND_SOURCES`, and of the paths whose mounts vectors ask about, those that are there. */
  readonly paths: readonly string[];
  /** Mounts of the host pass on what is mounted below them: nothing of a container may be shared with them then. */
  readonly sharesMounts: boolean;
  /** Hard limits by lower-case name (`nofile`); absent: unlimited. */
  readonly hardLimits: Readonly<Record<string, number>>;
  readonly oomScoreAdj: number;
  /** Numbers of the host's groups by name. */
  readonly groups: Readonly<Record<string, number>>;
  /** A whole disk whose throughput may be limited. */
  readonly disk?: { readonly major: number; readonly minor: number };
}

/** Paths of a host that gates ask the mounts of. */
const COVERED: readonly string[] = (() => {
  const pathsOf = (expression: Expr): readonly string[] => {
    if ('gate' in expression) return expression.gate === 'mount' ? (expression.covers ?? []) : [];
    return ('all' in expression ? expression.all : expression.any).flatMap(pathsOf);
  };
  const routes = CATALOGUE.flatMap(({ probe, routes }) => (probe === undefined ? [] : routes.flat()));
  return [...new Set(routes.flatMap(pathsOf))].filter((path) => !/^\/proc\/(self|\d+)\b/.test(path)).sort();
})();

interface HereDevice {
  readonly path: string;
  readonly type: 'c' | 'b';
  readonly major: number;
  readonly minor: number;
}

/** From the files of a machine, as one of its processes (`self`) sees them. */
export function hereOf(files: Pick<typeof MACHINE, 'text' | 'list' | 'stat'>, arch: Here['arch']): Here {
  const text = (path: string): string => known(files.text(path)) ?? '';
  const status = text('/proc/self/status');
  const field = (name: string): string => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status)?.[1] ?? '';
  const mounts = text('/proc/self/mountinfo');
  const disk = diskOf(mounts, (path) => known(files.stat(path)) !== undefined);
  return {
    uid: Number(field('Uid')),
    arch,
    kernel: text('/proc/sys/kernel/osrelease').trim(),
    capabilities: capabilitiesOfMask(parseCapabilityMask(field('CapBnd')) ?? 0n)
      .filter((name) => CAPABILITIES.includes(name))
      .map((name) => `CAP_${name}`),
    namespaces: (known(files.list('/proc/self/ns')) ?? []).flatMap((name) => OCI_NAMES[name] ?? []),
    ...cgroupOf(mounts, text),
    apparmor: profilesOf(text('/sys/kernel/security/apparmor/profiles')),
    devices: DEVICE_PATHS.flatMap((path): HereDevice[] => {
      const stat = known(files.stat(path));
      if (stat?.kind !== 'character' && stat?.kind !== 'block') return [];
      return [{ path, type: stat.kind === 'block' ? 'b' : 'c', major: stat.major, minor: stat.minor }];
    }),
    paths: [...new Set([...BIND_SOURCES, ...COVERED])].filter((path) => known(files.stat(path)) !== undefined),
    sharesMounts: /^\S+ \S+ \S+ \S+ \/ [^-]*\bshared:/m.test(mounts),
    hardLimits: hardLimitsOf(text('/proc/self/limits')),
    oomScoreAdj: Number(text('/proc/self/oom_score_adj')),
    groups: Object.fromEntries(
      [...text('/etc/group').matchAll(/^([^:]+):[^:]*:(\d+):/gm)].map(([, name = '', gid]) => [name, Number(gid)]),
    ),
    ...(disk !== undefined && { disk }),
  };
}

function known<T>(value: T | Unknown): T | undefined {
  return value instanceof Unknown ? undefined : value;
}

/** Names below /proc/PID/ns. */
const OCI_NAMES: Readonly<Record<string, string>> = {
  cgroup: 'cgroup',
  ipc: 'ipc',
  mnt: 'mount',
  net: 'network',
  pid: 'pid',
  time: 'time',
  user: 'user',
  uts: 'uts',
};

function cgroupOf(mountinfo: string, text: (path: string) => string): Pick<Here, 'cgroup' | 'controllers'> {
  const mounts = [...mountinfo.matchAll(/^\S+ \S+ \S+ \S+ (\S+) .* - (cgroup2?) \S+ (\S+)$/gm)];
  const first = mounts
    .filter(([, , type]) => type === 'cgroup')
    .flatMap(([, , , options]) => options?.split(',') ?? []);
  const second = mounts.find(([, , type]) => type === 'cgroup2')?.[1];
  const unified = second === undefined ? [] : text(`${second}/cgroup.controllers`).split(/\s+/);
  const cgroup = second === undefined ? 'v1' : first.length > 0 ? 'hybrid' : 'v2';
  const controllers = ['memory', 'pids', 'cpu', 'blkio', 'io', 'devices'].filter((name) =>
    // Of version 2 every group can have a program that decides on devices.
    [...first, ...unified, ...(cgroup === 'v2' ? ['devices'] : [])].includes(name),
  );
  return { cgroup, controllers };
}

/** Each line is `NAME (MODE)`: security/apparmor/apparmorfs.c `seq_show_profile`. */
function profilesOf(text: string): readonly string[] {
  return [...text.matchAll(/^(\S+) \((enforce|complain)\)$/gm)].flatMap(([, name]) => name ?? []);
}

/** The lines of fs/proc/base.c `lnames` whose limits are generated. */
const LIMIT_TITLES: Readonly<Record<string, string>> = {
  'Max core file size': 'core',
  'Max processes': 'nproc',
  'Max open files': 'nofile',
  'Max locked memory': 'memlock',
  'Max stack size': 'stack',
  'Max pending signals': 'sigpending',
  'Max msgqueue size': 'msgqueue',
  'Max file size': 'fsize',
  'Max nice priority': 'nice',
  'Max realtime priority': 'rtprio',
};

function hardLimitsOf(text: string): Readonly<Record<string, number>> {
  const lines = [...text.matchAll(/^(Max [a-z ]*[a-z])\s+\S+\s+(\d+)\s/gm)];
  return Object.fromEntries(
    lines.flatMap(([, title = '', hard]) => {
      const name = LIMIT_TITLES[title];
      return name === undefined ? [] : [[name, Number(hard)]];
    }),
  );
}

/** The disk of the root file system, where it is a whole one: block/blk-cgroup.c `blkg_conf_open_bdev` refuses partitions. */
function diskOf(mountinfo: string, exists: (path: string) => boolean): Here['disk'] {
  const [, major, minor] = /^\S+ \S+ (\d+):(\d+) \S+ \/ /m.exec(mountinfo) ?? [];
  const folder = `/sys/dev/block/${major}:${minor}`;
  return exists(folder) && !exists(`${folder}/partition`) ? { major: Number(major), minor: Number(minor) } : undefined;
}
