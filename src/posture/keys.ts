import type { Capability } from '../kernel/capabilities.ts';
import type { SeccompPolicy } from '../kernel/seccomp.ts';
import type { SeccompProfile } from '../kernel/seccomp-profile.ts';

/**
 * The vocabulary of facts: every key a posture may hold, with the type of its value.
 *
 * A key is a path of words joined by dots. A *family* (`capability.bounding.SYS_ADMIN`) may be stated as a whole by its
 * wildcard (`capability.bounding.*`); the later statement wins, whichever form it has. Keys that begin with `request.`
 * hold what somebody asked for in an engine's own words; `engines` turns them into the effective facts beside them.
 */
export interface OpenFactTypes {
  // --- the process as the runtime starts it -------------------------------------------------------------------------
  /** uid in the container's user namespace. `non-root`: not known which, known not to be 0. */
  'process.uid': number | 'non-root';
  'process.gid': number | 'non-root';
  'process.groups': readonly number[];
  'process.no-new-privileges': boolean;
  /** A controlling terminal of the host is handed in (`-t`). */
  'process.terminal': boolean;
  'process.oom-score-adj': number;
  'process.argv': readonly string[];
  'process.cwd': string;
  [key: `rlimit.${string}`]: Rlimit;
  [key: `env.${string}`]: string;

  // --- namespaces ---------------------------------------------------------------------------------------------------
  /** Maps of the container's user namespace; empty when it is the host's. */
  'user-namespace.uid-map': readonly IdMap[];
  'user-namespace.gid-map': readonly IdMap[];

  // --- file system --------------------------------------------------------------------------------------------------
  'rootfs.readonly': boolean;
  'rootfs.propagation': Propagation;
  /** By destination. `none`: a mount of an earlier layer taken away. */
  [key: `mount.${string}`]: Mount | 'none';
  [key: `masked.${string}`]: boolean;
  [key: `readonly-path.${string}`]: boolean;
  /** By path inside. `none`: taken away. `device.*`: every device of the host. */
  [key: `device.${string}`]: Device | 'none' | 'all' | 'default';
  /** Device controller rules, in order; the last that matches decides. */
  'device-rules': readonly DeviceRule[];

  // --- filters and labels -------------------------------------------------------------------------------------------
  seccomp: SeccompSetting;
  /** A call that a profile of the user's own refuses beyond the setting; the rest of the key is the call as its gate writes it. Stated by fixes. */
  [key: `seccomp-refused.${string}`]: boolean;
  'lsm.apparmor': string;
  'lsm.selinux': SelinuxLabel;

  // --- limits, sysctls ----------------------------------------------------------------------------------------------
  'oom-kill-disabled': boolean;
  [key: `sysctl.${string}`]: string;

  // --- what executes it ---------------------------------------------------------------------------------------------
  'sandbox.kind': SandboxKind;
  'runtime.name': string;
  'runtime.version': string;
  'runtime.hooks': readonly string[];
  'runtime.restart-policy': string;
  'runtime.log-driver': string;
  'runtime.leaks-descriptors': boolean;
  /** The container runs under a rootless engine: host uid 0 is nowhere in its maps. */
  'engine.rootless': boolean;
  /** Read-only bind mounts are made so for what is mounted below them, too, where nothing is said. */
  'engine.recursive-readonly': boolean;
  'engine.name': string;
  'engine.version': string;
  platform: 'linux' | 'windows';

  // --- network ------------------------------------------------------------------------------------------------------
  /** Shape of the attachment, when the namespace is private. */
  'network.mode':
    | 'none'
    | 'default-bridge'
    | 'bridge'
    | 'internal'
    | 'macvlan'
    | 'ipvlan'
    | 'overlay'
    | 'pod'
    | 'host'
    | 'user-space';
  'network.encrypted': boolean;
  /** Key `IP:PORT/PROTO` of the host side. */
  [key: `network.published.${string}`]: boolean;
  /** What leads from outside of a cluster to the container: `0.0.0.0:30080/tcp` of a Service, `shop.example/cart` of an Ingress. */
  [key: `network.routed.${string}`]: boolean;
  /** Names of the host put into /etc/hosts (`host-gateway`). */
  'network.host-gateway-alias': boolean;
  'network.egress': 'all' | 'restricted' | 'none';
  'network.ingress': 'all' | 'restricted' | 'none';

  // --- image --------------------------------------------------------------------------------------------------------
  'image.reference': string;
  'image.digest': string | 'none';
  'image.tag': string | 'none';
  'image.registry': string | 'none';
  'image.pull-policy': string;
  'image.signature-verified': boolean;
  'image.healthcheck': boolean;
  'image.base': string;
  'image.created': string;
  /** A `.dockerignore` stands beside the build context. */
  'image.ignore-file': boolean;
  /** By path. Facts about files that the image is known to hold. */
  [key: `image.file.${string}`]: ImageFile;
  /** Whether every file is known (an unpacked archive) or only what instructions tell. */
  'image.files-known': boolean;
  /** One per instruction that matters, keyed `line:NAME`; the text after the instruction word. */
  [key: `image.instruction.${string}`]: string;
  [key: `image.env.${string}`]: string;
  [key: `image.arg.${string}`]: string;
  [key: `image.label.${string}`]: string;
  'image.exposed-ports': readonly string[];
  'image.volumes': readonly string[];
  'build.network': string;
  'build.entitlements': readonly string[];
  'build.privileged': boolean;
  'build.ssh-or-secret-mounts': boolean;
  'build.socket-mounted': boolean;

  // --- engine and host ----------------------------------------------------------------------------------------------
  /** daemon.json keys with dashes kept: `daemon.userns-remap`, `daemon.icc`, `daemon.hosts`. Absent keys have the engine's default. */
  [key: `daemon.${string}`]: DaemonValue;
  'host.kernel': string;
  'host.arch': 'x86_64' | 'aarch64';
  'host.cgroup': 'v1' | 'v2' | 'hybrid';
  /** Security modules active on the host, as in /sys/kernel/security/lsm. */
  'host.lsm': readonly string[];
  'host.selinux-enforcing': boolean;
  'host.lockdown': 'none' | 'integrity' | 'confidentiality';
  [key: `host.sysctl.${string}`]: string;
  /** CONFIG_ symbol without the prefix; `y`, `m` or `n`. */
  [key: `host.kernel-config.${string}`]: 'y' | 'm' | 'n';
  [key: `host.kernel-parameter.${string}`]: string;
  [key: `host.module.${string}`]: 'loaded' | 'available' | 'absent';
  [key: `host.file-mode.${string}`]: string;
  [key: `host.vulnerability.${string}`]: string;
  /** Anything else a host profile states in a word: `host.fact.smt-active`, `host.fact.swarm-active`. */
  [key: `host.fact.${string}`]: boolean | number | string | readonly string[];

  // --- orchestrator -------------------------------------------------------------------------------------------------
  'kubernetes.namespace': string;
  'kubernetes.kind': string;
  'kubernetes.service-account': string;
  'kubernetes.service-account-token': boolean;
  'kubernetes.runtime-class': string;
  'kubernetes.tolerations': readonly string[];
  'kubernetes.node-name': string;
  'kubernetes.host-probe': boolean;
  /** The cloud's identity that an annotation of the service account names; `none` where the account names none. */
  'kubernetes.cloud-identity': string;
  /** By audience: a projected token for somebody other than the API server lies in the container. */
  [key: `kubernetes.token-audience.${string}`]: true;
  /** `KEY=VALUE` pairs of the node labels that a pod asks for. */
  'kubernetes.node-selector': readonly string[];
  /** A Windows HostProcess container: it runs on the node itself. */
  'kubernetes.host-process': boolean;
  [key: `kubernetes.namespace-label.${string}`]: string | 'none';
  /** `VERB RESOURCE` granted to the workload's service account or to the subject, e.g. `rbac.get secrets`; scope of the grant. */
  [key: `rbac.${string}`]: 'cluster' | 'namespace' | 'none';
  [key: `cluster.${string}`]: boolean | number | string | readonly string[];

  // --- requests in an engine's words (see engines/resolve) ----------------------------------------------------------
  'request.privileged': boolean;
  'request.user': string;
  'request.run-as-non-root': boolean;
  'request.seccomp': SeccompRequest;
  'request.apparmor': string;
  'request.selinux': 'disabled' | SelinuxLabel;
  'request.no-new-privileges': boolean;
  /** `host`, `private`, `auto`, `keep-id`, `nomap`; Kubernetes `hostUsers: false` is `private`. */
  'request.user-namespace': string;
  /** `systempaths=unconfined`, `procMount: Unmasked`, `unmask=ALL`. */
  'request.system-paths-unmasked': boolean;
  'request.runtime': string;
  'request.network': string;
  'request.gpus': string;
  /** Device controller rules put behind the engine's own; the rest of the key is the rule as written. */
  [key: `request.device-rule.${string}`]: DeviceRule;
  /** Supplementary groups beside the image's, by name or number as written (`group_add`, `--group-add`, `supplementalGroups`). */
  [key: `request.group.${string}`]: true;
  'request.cgroup-parent': string;
  /** `strict`: groups of the image's /etc/group are not added to those asked for (`supplementalGroupsPolicy`). */
  'request.groups-policy': 'merge' | 'strict';
  /** Processes started beside the entry point by whoever operates it (hooks, probes), by a name that is unique in the artifact. */
  [key: `exec.${string}`]: ExecRequest;
}

/** The families whose members are a closed list. */
export type ClosedFactTypes = {
  /** `permitted`: before the next program is executed; stated only by live and OCI input, else no less than the bounding set. */
  [K in `capability.${CapabilitySet}.${Capability | '*'}`]: boolean;
} & { [K in `namespace.${NamespaceType}`]: NamespaceMode } & {
  /** `none` is no limit; numbers in bytes, tasks, cores, bytes a second. */
  [K in `limit.${LimitName}`]: number | 'none';
} & { [K in `request.capability.${Capability | 'ALL'}`]: 'add' | 'drop' };

export type FactTypes = OpenFactTypes & ClosedFactTypes;

export type CapabilitySet = 'bounding' | 'ambient' | 'inheritable' | 'permitted';
export type NamespaceType = 'pid' | 'net' | 'mnt' | 'user' | 'ipc' | 'uts' | 'cgroup' | 'time';
/** `shared`: with other containers (a pod, `--pid container:x`), not with the host. */
export type NamespaceMode = 'host' | 'private' | 'shared';
export type Propagation = 'private' | 'slave' | 'shared' | 'unbindable';
export type SandboxKind = 'os' | 'user-space-kernel' | 'hypervisor';
export type LimitName = 'memory' | 'memory-swap' | 'pids' | 'cpu' | 'io' | 'storage' | 'log' | 'shm';
export type DaemonValue = boolean | number | string | readonly string[] | Readonly<Record<string, unknown>>;

/** Soft and hard limit; `unlimited` is RLIM_INFINITY. Key: name without RLIMIT_, lower case. */
export interface Rlimit {
  readonly soft: number | 'unlimited';
  readonly hard: number | 'unlimited';
}

/** One line of /proc/PID/uid_map: ids in the namespace, ids in its parent, count. */
export interface IdMap {
  readonly inside: number;
  readonly outside: number;
  readonly size: number;
}

export interface Mount {
  /** `bind`: a path of the host. `volume`: a named or anonymous volume. The rest are file system types. */
  readonly type:
    | 'bind'
    | 'volume'
    | 'tmpfs'
    | 'proc'
    | 'sysfs'
    | 'cgroup'
    | 'devpts'
    | 'mqueue'
    | 'devtmpfs'
    | 'secret'
    | 'image'
    | (string & {});
  /** Host path of a bind (normalised, absolute, or starting with `~` or `./` when relative to the artifact), volume name otherwise. */
  readonly source?: string;
  readonly readonly: boolean;
  /** Sub-mounts too (`bind-recursive=readonly`, `recursiveReadOnly`). */
  readonly recursiveReadonly?: boolean;
  /** False: what the host has mounted below the source does not come along (`bind`, not `rbind`). */
  readonly submounts?: boolean;
  readonly nosuid?: boolean;
  readonly nodev?: boolean;
  readonly noexec?: boolean;
  readonly propagation?: Propagation;
  /** Bind of a single sub path of a volume (`subPath`, `volume-subpath`). */
  readonly subpath?: string;
  /** Bytes, where a limit is stated (`sizeLimit`). */
  readonly size?: number;
  /** Names of the other containers of the artifact that mount the same volume. */
  readonly sharedWith?: readonly string[];
}

export interface Device {
  readonly type: 'c' | 'b' | 'unknown';
  readonly major?: number;
  readonly minor?: number;
  readonly hostPath: string;
  /** Letters of rwm. */
  readonly access: string;
  /** Permission bits of a node that the runtime makes; absent: it is the host's node, or has its mode. */
  readonly mode?: number;
}

export interface DeviceRule {
  readonly allow: boolean;
  readonly type: 'a' | 'b' | 'c';
  /** Absent: every number. */
  readonly major?: number;
  readonly minor?: number;
  readonly access: string;
}

/** What is said about a process that enters the running container; absent members are the container's own. */
export interface ExecRequest {
  readonly privileged: boolean;
  readonly user?: string;
  readonly argv?: readonly string[];
}

export interface SelinuxLabel {
  readonly user?: string;
  readonly role?: string;
  readonly type?: string;
  readonly level?: string;
}

export interface ImageFile {
  readonly mode?: number;
  readonly uid?: number;
  readonly setuid?: boolean;
  readonly capabilities?: readonly Capability[];
  readonly secret?: boolean;
}

export type SeccompSetting =
  | { readonly kind: 'unconfined' }
  /** Conditions by capability, architecture and kernel are already decided. */
  | { readonly kind: 'policy'; readonly policy: SeccompPolicy }
  /** In the engines' form, with conditions by capability, architecture and kernel that the gate decides. */
  | { readonly kind: 'profile'; readonly name: string; readonly profile: SeccompProfile }
  /** As installed in a process: programs of classic BPF (struct sock_filter) in base64, the oldest first. */
  | { readonly kind: 'filter'; readonly programs: readonly string[] };

export type SeccompRequest =
  | { readonly kind: 'runtime-default' }
  | { readonly kind: 'unconfined' }
  /** Contents of a profile file in the engine's JSON form, already parsed and validated. */
  | { readonly kind: 'profile'; readonly policy: SeccompProfile }
  | { readonly kind: 'builtin' };

export type FactKey = keyof FactTypes & string;
export type FactValue<K extends FactKey> = FactTypes[K];

/** `capability.bounding.SYS_ADMIN` → `capability.bounding.*`; undefined where the key is not of a family with a wildcard. */
export function wildcardOf(key: string): string | undefined {
  for (const family of WILDCARD_FAMILIES) if (key.startsWith(family)) return `${family}*`;
  return undefined;
}

const WILDCARD_FAMILIES = [
  'capability.bounding.',
  'capability.ambient.',
  'capability.inheritable.',
  'capability.permitted.',
  'masked.',
  'readonly-path.',
  'device.',
  'rbac.',
] as const;
