import type { SeccompPolicy } from '../../kernel/index.ts';
import type { OciConfig } from '../../runtimes/index.ts';

/** A configuration in the making: any combination; `settled` makes it one that can be started. */
export interface Draft {
  readonly namespaces: readonly string[];
  readonly maps: IdMaps;
  readonly user: { readonly uid: number; readonly gid: number; readonly additionalGids: readonly number[] };
  readonly capabilities: CapabilitySets;
  readonly noNewPrivileges: boolean;
  readonly seccomp: SeccompPolicy | undefined;
  readonly rlimits: readonly Rlimit[];
  readonly oomScoreAdj: number | undefined;
  readonly apparmorProfile: string | undefined;
  readonly readonlyRoot: boolean;
  readonly mounts: readonly DraftMount[];
  readonly maskedPaths: readonly string[];
  readonly readonlyPaths: readonly string[];
  readonly devices: readonly DeviceNode[];
  /** Absent: none is written. */
  readonly deviceRules: readonly DeviceRule[] | undefined;
  readonly limits: Limits;
  readonly sysctl: Readonly<Record<string, string>>;
  readonly hostname: string | undefined;
  readonly rootfsPropagation: string | undefined;
}

export type Change = (draft: Draft) => Draft;

export interface IdMap {
  readonly containerID: number;
  readonly hostID: number;
  readonly size: number;
}

interface IdMaps {
  readonly uid: readonly IdMap[];
  readonly gid: readonly IdMap[];
}

/** Names with `CAP_`. */
export type CapabilitySets = Readonly<Record<(typeof SETS)[number], readonly string[]>>;

export const SETS = ['bounding', 'effective', 'permitted', 'inheritable', 'ambient'] as const;

export interface Rlimit {
  readonly type: string;
  readonly soft: number;
  readonly hard: number;
}

export interface DraftMount {
  readonly destination: string;
  readonly type: string;
  readonly source: string;
  readonly options: readonly string[];
}

interface DeviceNode {
  readonly path: string;
  readonly type: 'c' | 'b';
  readonly major: number;
  readonly minor: number;
  readonly fileMode: number;
  /** Absent: that of root. */
  readonly gid?: number;
}

export interface DeviceRule {
  readonly allow: boolean;
  readonly type?: 'a' | 'b' | 'c';
  readonly major?: number;
  readonly minor?: number;
  readonly access: string;
}

export interface Limits {
  readonly memory?: number;
  readonly swap?: number;
  readonly noOomKiller?: boolean;
  readonly pids?: number;
  readonly cpu?: { readonly quota?: number; readonly period?: number; readonly shares?: number };
  /** Bytes a second. */
  readonly io?: number;
}

export function isBind({ type, options }: DraftMount): boolean {
  return type === 'bind' || options.includes('bind') || options.includes('rbind');
}

/** Without a map every id is. */
export function isMapped(map: readonly IdMap[], id: number): boolean {
  return map.length === 0 || map.some(({ containerID, size }) => id >= containerID && id < containerID + size);
}

/** As the object that a config.json holds. */
export function configOf(
  draft: Draft,
  disk: { readonly major: number; readonly minor: number } | undefined,
): OciConfig {
  const { user, capabilities, noNewPrivileges, rlimits, oomScoreAdj, apparmorProfile } = draft;
  const config = {
    ociVersion: '1.0.2',
    process: {
      terminal: false,
      user,
      cwd: '/',
      env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
      args: ['/stub'],
      capabilities,
      rlimits: rlimits.length === 0 ? undefined : rlimits,
      noNewPrivileges,
      oomScoreAdj,
      apparmorProfile,
    },
    root: { path: 'rootfs', readonly: draft.readonlyRoot },
    hostname: draft.hostname,
    mounts: draft.mounts,
    linux: linuxOf(draft, disk),
  };
  // Through JSON: what is undefined is not there.
  return JSON.parse(JSON.stringify(config)) as OciConfig;
}

function linuxOf(draft: Draft, disk: { readonly major: number; readonly minor: number } | undefined): object {
  const { maps, devices, sysctl, seccomp, maskedPaths, readonlyPaths, rootfsPropagation } = draft;
  return {
    namespaces: draft.namespaces.map((type) => ({ type })),
    ...(draft.namespaces.includes('user') && { uidMappings: maps.uid, gidMappings: maps.gid }),
    devices: devices.length === 0 ? undefined : devices.map((device) => ({ uid: 0, gid: 0, ...device })),
    resources: resourcesOf(draft, disk),
    sysctl: Object.keys(sysctl).length === 0 ? undefined : sysctl,
    seccomp,
    maskedPaths,
    readonlyPaths,
    rootfsPropagation,
  };
}

function resourcesOf(
  { deviceRules, limits }: Draft,
  disk: { readonly major: number; readonly minor: number } | undefined,
): object {
  const { memory, swap, noOomKiller, pids, cpu, io } = limits;
  return {
    devices: deviceRules,
    memory: memory === undefined ? undefined : { limit: memory, swap, disableOOMKiller: noOomKiller },
    pids: pids === undefined ? undefined : { limit: pids },
    cpu,
    blockIO: io === undefined || disk === undefined ? undefined : { throttleWriteBpsDevice: [{ ...disk, rate: io }] },
  };
}
