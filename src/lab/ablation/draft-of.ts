import type { OciConfig } from '../../runtimes/index.ts';
import type { CapabilitySets, Draft, DraftMount, Limits } from '../agreement/draft.ts';

/** The parts of a config.json that a draft holds, as the exporter writes them (posture/oci.ts). */
interface Written {
  readonly process: {
    readonly user?: { readonly uid?: number; readonly gid?: number; readonly additionalGids?: readonly number[] };
    readonly capabilities?: Partial<CapabilitySets>;
    readonly rlimits?: readonly WrittenRlimit[];
    readonly noNewPrivileges?: boolean;
    readonly oomScoreAdj?: number;
    readonly apparmorProfile?: string;
  };
  readonly root?: { readonly readonly?: boolean };
  readonly hostname?: string;
  readonly mounts?: readonly (Omit<DraftMount, 'options'> & { readonly options?: readonly string[] })[];
  readonly linux: {
    readonly namespaces?: readonly { readonly type: string }[];
    readonly uidMappings?: Draft['maps']['uid'];
    readonly gidMappings?: Draft['maps']['gid'];
    readonly devices?: Draft['devices'];
    readonly resources?: Resources;
    readonly sysctl?: Draft['sysctl'];
    readonly seccomp?: Draft['seccomp'];
    readonly maskedPaths?: readonly string[];
    readonly readonlyPaths?: readonly string[];
    readonly rootfsPropagation?: string;
  };
}

interface WrittenRlimit {
  readonly type: string;
  readonly soft: number | bigint;
  readonly hard: number | bigint;
}

interface Resources {
  readonly devices?: NonNullable<Draft['deviceRules']>;
  readonly memory?: { readonly limit?: number; readonly swap?: number; readonly disableOOMKiller?: boolean };
  readonly pids?: { readonly limit?: number };
  readonly cpu?: NonNullable<Limits['cpu']>;
}

/** A configuration as parts that can be exchanged. What is written from it again means the same. */
export function draftOf(config: OciConfig): Draft {
  const { process, root, hostname, mounts = [], linux } = config as unknown as Written;
  const { user = {}, capabilities = {} } = process;
  return {
    namespaces: (linux.namespaces ?? []).map(({ type }) => type),
    maps: { uid: linux.uidMappings ?? [], gid: linux.gidMappings ?? [] },
    user: { uid: user.uid ?? 0, gid: user.gid ?? 0, additionalGids: user.additionalGids ?? [] },
    capabilities: { bounding: [], effective: [], permitted: [], inheritable: [], ambient: [], ...capabilities },
    noNewPrivileges: process.noNewPrivileges ?? false,
    seccomp: linux.seccomp,
    rlimits: (process.rlimits ?? []).map(({ type, soft, hard }) => ({ type, soft: Number(soft), hard: Number(hard) })),
    oomScoreAdj: process.oomScoreAdj,
    apparmorProfile: process.apparmorProfile,
    readonlyRoot: root?.readonly ?? false,
    mounts: mounts.map((mount) => ({ ...mount, options: mount.options ?? [] })),
    maskedPaths: linux.maskedPaths ?? [],
    readonlyPaths: linux.readonlyPaths ?? [],
    devices: linux.devices ?? [],
    deviceRules: linux.resources?.devices,
    limits: limitsOf(linux.resources ?? {}),
    sysctl: linux.sysctl ?? {},
    hostname,
    rootfsPropagation: linux.rootfsPropagation,
  };
}

function limitsOf({ memory, pids, cpu }: Resources): Limits {
  return {
    ...(memory?.limit !== undefined && { memory: memory.limit }),
    ...(memory?.swap !== undefined && { swap: memory.swap }),
    ...(memory?.disableOOMKiller !== undefined && { noOomKiller: memory.disableOOMKiller }),
    ...(pids?.limit !== undefined && { pids: pids.limit }),
    ...(cpu !== undefined && { cpu }),
  };
}
