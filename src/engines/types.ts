import type { Capability } from '../kernel/capabilities.ts';
import type { DeviceRule } from '../posture/keys.ts';

/*
 * The shape of `engines/data`: what an engine does when nothing is said. An engine is a list of revisions, oldest first; a revision states
 * only what changed with it, so folding those up to a version (later keys replace earlier ones whole) gives its defaults.
 */

/** What could not be established, and why. Never stands for a guess. */
export interface Unestablished {
  readonly unknown: string;
}

type OrUnknown<T> = T | Unestablished;

export function isUnestablished(value: unknown): value is Unestablished {
  return typeof value === 'object' && value !== null && 'unknown' in value;
}

export type EngineName = 'docker' | 'podman' | 'containerd' | 'crio' | 'kubernetes' | 'runc' | 'crun';

export interface EngineData {
  readonly name: EngineName;
  /** What the data is for, in a word for people. */
  readonly title: string;
  /** The newest release whose source was read. Of a later one these defaults are an assumption, and the output says so. */
  readonly verifiedThrough: string;
  /**
   * Oldest first, by version. The first states every key that has a value for this engine. What was back-ported to older branches is
   * stated again where a branch begins without it, so that folding the revisions up to a version needs no knowledge of branches.
   */
  readonly revisions: readonly EngineRevision[];
}

type EngineRevision = EngineDefaults & {
  /** The first release with these values, `28.0.2`; of Kubernetes and CRI-O `1.34.0`. */
  readonly since: string;
  /** Repository, file and tag from which the values were read; notes on what bounds them. */
  readonly source: string;
};

/** A key that is absent from all revisions is decided elsewhere (Kubernetes leaves mounts to the engine, engines leave masks to the kubelet). */
export interface EngineDefaults {
  readonly capabilities?: CapabilityDefaults;
  readonly seccomp?: SeccompDefault;
  /** prctl(2) PR_SET_NO_NEW_PRIVS on the entry point. */
  readonly noNewPrivileges?: boolean;
  /** Paths made unreadable (an empty read-only tmpfs or /dev/null on top). A `*` stands for each CPU number the host may have. */
  readonly maskedPaths?: readonly string[];
  /** Paths bind-mounted read-only on themselves. */
  readonly readonlyPaths?: readonly string[];
  /** In mount order. */
  readonly mounts?: readonly MountDefault[];
  /** Device nodes below /dev that the container gets. */
  readonly devices?: readonly string[];
  /** Device controller rules the engine writes, in order; those that the OCI runtime adds are under `runc` and `crun`. */
  readonly deviceRules?: readonly DeviceRule[];
  readonly namespaces?: NamespaceDefaults;
  /** `private`: /dev/shm of its own that no other container may join. `shareable`: others may. `pod`: one for the pod. */
  readonly ipcMode?: 'private' | 'shareable' | 'pod';
  /** A container in the host's network namespace is in its UTS namespace, too. */
  readonly hostNetworkSharesUts?: true;
  readonly apparmor?: AppArmorDefault;
  readonly selinux?: SelinuxDefault;
  /** Limits the engine itself sets, by lower-case name without RLIMIT_. Empty: those of the engine's own process are inherited. */
  readonly ulimits?: readonly UlimitDefault[];
  /** Tasks in the container's pids cgroup. */
  readonly pidsLimit?: number | 'none';
  /** Bytes. */
  readonly memoryLimit?: number | 'none';
  /** Cores. */
  readonly cpuLimit?: number | 'none';
  /** Size of /dev/shm in bytes. */
  readonly shmSize?: number | 'none';
  /** Value of /proc/PID/oom_score_adj that the engine sets; `inherit`: not set. `by-qos`: the kubelet computes it from requests. */
  readonly oomScoreAdj?: number | 'inherit' | 'by-qos';
  readonly network?: NetworkDefault;
  readonly sysctls?: readonly SysctlDefault[];
  /** Where the host name comes from. */
  readonly hostname?: 'container-id' | 'pod-name' | { readonly fixed: string };
  readonly rootfsReadonly?: boolean;
  readonly rootfsPropagation?: 'private' | 'slave' | 'shared';
  /** Propagation of a bind mount for which none is asked. */
  readonly bindPropagation?: 'private' | 'rprivate';
  /** The same where the engine's own data lie in what is bound, or it in them. */
  readonly dataRootBindPropagation?: 'slave';
  /** `where-supported`: read-only binds are so for what is mounted below them, too, from Linux 5.12 on (mount_setattr). Absent: the top only. */
  readonly recursiveReadonly?: 'where-supported';
  /** The OCI runtime that starts the container. */
  readonly runtime?: 'runc' | 'crun';
  readonly privileged?: PrivilegedDefaults;
  /** What the daemon's remapped user namespace (`userns-remap`) changes besides the ids: /sys/fs/cgroup becomes writable. */
  readonly userNamespaceRemap?: { readonly cgroup: 'rw' };
  readonly rootless?: RootlessDefaults;
  readonly userNamespaces?: UserNamespaceSupport;
}

/** Names without `CAP_`. */
export interface CapabilityDefaults {
  /** The bounding set, and for a root entry point also the permitted and effective sets. */
  readonly bounding: readonly Capability[];
  /** `bounding`: the same as the bounding set (CVE-2022-24769 and its kin). `added-for-non-root`: see `nonRoot`. */
  readonly inheritable: 'empty' | 'bounding' | 'added-for-non-root';
  /** What is in it after the start. A non-empty ambient set survives execve(2) for a user other than root. */
  readonly ambient: 'empty' | 'bounding' | 'added-for-non-root';
  /**
   * Permitted and effective sets of an entry point whose uid is not 0, after its execve(2). `empty`: none, whatever is added.
   * `added`: those asked for with --cap-add, by way of the ambient set.
   */
  readonly nonRoot: 'empty' | 'added';
}

/** File name (without `.json`) below `data/seccomp`. */
type SeccompProfileId = string;

interface SeccompDefault {
  /** What `RuntimeDefault` or an unsaid profile means. null: there is none (plain OCI runtimes). Absent: the engine's below (Kubernetes). */
  readonly profile?: OrUnknown<SeccompProfileId | null>;
  /** `unless-privileged`: applied when nothing is said. `on-request`: unconfined unless asked (Kubernetes without `seccompDefault`). */
  readonly applied: 'unless-privileged' | 'on-request' | 'never';
  /** A file on the host that takes the place of the built-in profile where it exists. */
  readonly overriddenBy?: readonly string[];
}

export interface MountDefault {
  readonly destination: string;
  /** File system type as in the OCI specification; `bind` for a host or sandbox path. */
  readonly type: string;
  readonly source: string;
  /** Options as the engine writes them, in mount(8) words. */
  readonly options: readonly string[];
  /** Only in this case; absent: always. */
  readonly when?: 'cgroup-v1' | 'cgroup-v2';
}

interface NamespaceDefaults {
  readonly pid: NamespaceDefault;
  readonly net: NamespaceDefault;
  readonly ipc: NamespaceDefault;
  readonly uts: NamespaceDefault;
  readonly mnt: NamespaceDefault;
  /** `host`: the container's ids are the host's ids. */
  readonly user: NamespaceDefault;
  readonly cgroup: { readonly v1: NamespaceDefault; readonly v2: NamespaceDefault };
  /** `private-if-supported`: asked for where the kernel has time namespaces (Linux 5.6, CONFIG_TIME_NS). */
  readonly time: NamespaceDefault | 'private-if-supported';
}

/** `pod`: shared by the containers of a pod, not with the host. */
export type NamespaceDefault = 'host' | 'private' | 'pod';

interface AppArmorDefault {
  /** Profile put on where AppArmor is on; `{version}` stands for the version of the library that is built in. */
  readonly profile: string;
  readonly applied: 'if-enabled';
}

interface SelinuxDefault {
  /** Type of the process label where labelling is on. */
  readonly type: string;
  /** `if-enabled`: wherever SELinux is on. `opt-in`: only with the engine's switch (`setting`). */
  readonly applied: 'if-enabled' | 'opt-in';
  readonly setting?: string;
}

interface UlimitDefault {
  readonly name: string;
  /** `pid-max`: /proc/sys/kernel/pid_max of the host. Rootless engines lower both to what their own process has. */
  readonly soft: number | 'pid-max';
  readonly hard: number | 'pid-max';
}

interface NetworkDefault {
  readonly mode: 'default-bridge' | 'pod' | 'private' | 'host';
  /** Containers on that network reach each other. */
  readonly interContainer: boolean;
  /** How a rootless container reaches the network. */
  readonly rootless?: 'slirp4netns' | 'pasta' | 'rootlesskit';
}

interface SysctlDefault {
  readonly name: string;
  readonly value: string;
  /** Only in this case; absent: always. All need a private network namespace. */
  readonly when?: 'not-in-user-namespace';
}

/** What the engine's privileged mode sets, beyond the defaults above. */
export interface PrivilegedDefaults {
  /** `all`: every capability that the kernel has. `engine`: those in the engine's own set (of a root daemon usually all). */
  readonly capabilities: 'all' | 'engine';
  /** Capabilities that this release does not know and so never gives. */
  readonly lacks?: readonly Capability[];
  readonly seccomp: 'unconfined';
  /** A profile that is asked for by name holds although privileged. */
  readonly explicitSeccompHolds: boolean;
  readonly apparmor: 'unconfined';
  readonly explicitApparmorHolds: boolean;
  /** `disabled`: no label is set for the process, so that it runs in the domain the policy gives it (`spc_t`, or the engine's). */
  readonly selinux: OrUnknown<'disabled'>;
  readonly maskedPaths: 'none';
  readonly readonlyPaths: 'none';
  readonly sysfs: 'rw';
  readonly cgroup: 'rw';
  /** `host`: every node below the host's /dev, and all device rules open. */
  readonly devices: 'host';
  /** Mode of the cgroup namespace. */
  readonly cgroupNamespace: { readonly v1: 'host' | 'private'; readonly v2: 'host' | 'private' };
  /** Namespaces other than cgroup stay as they are. */
  readonly otherNamespaces: 'unchanged';
}

interface RootlessDefaults {
  readonly userNamespace: 'private';
  /** The device controller is not used: device nodes are bound from the host instead. */
  readonly deviceRules: 'none' | 'unchanged';
  readonly networkMode: 'slirp4netns' | 'pasta' | 'rootlesskit';
}

/** Kubernetes: whether `hostUsers: false` is honoured. */
interface UserNamespaceSupport {
  readonly stage: 'absent' | 'alpha' | 'beta' | 'stable';
  /** Works without turning a feature gate on. */
  readonly onByDefault: boolean;
}
