/** What a probe asks of paths, mounts, devices, limits and links. `prove` has a runner for each kind. */
export type PlaceProbe =
  | SeesProbe
  | ConnectsProbe
  | DeviceProbe
  | MountedProbe
  | RootfsProbe
  | RootProbe
  | GroupProbe
  | UnlimitedProbe
  | ReachesProbe
  | AttachedProbe;

/** Which mounts of the sandbox that show a path of the host are meant. */
export interface HostPaths {
  /** Paths of the host: the mount shows one of them, or a folder that it lies in. */
  readonly covers?: readonly string[];
  /** Also where only something below one of them is shown. */
  readonly parts?: boolean;
  /** Types of the file system that the host has there. */
  readonly fileSystems?: readonly string[];
  /** Regular expression over the path of the host that the mount shows. */
  readonly source?: string;
}

/** A path of the host can be read, or written, through a mount. */
export interface SeesProbe extends HostPaths {
  readonly probe: 'sees';
  readonly writable?: boolean;
  /** `root`: and its files of mode 0600 belong to whoever the process is; `owner`: as their user or as root. */
  readonly as?: 'root' | 'owner';
  readonly propagation?: 'shared' | 'slave';
}

/** A socket of the host's file system lets itself be connected to. It is asked with a socket of the wrong type: nobody is connected. */
export interface ConnectsProbe extends HostPaths {
  readonly probe: 'connects';
  /** Where sockets are looked for in what `source` means: folders of the host, and a regular expression over their paths. */
  readonly sockets?: { readonly below: readonly string[]; readonly named: string };
}

/** A device of the host can be used: by a node that is in the sandbox, or by one that the process makes. */
export interface DeviceProbe {
  readonly probe: 'device';
  /** Regular expression over the host's path of it; absent: its numbers tell which. */
  readonly path?: string;
  readonly type: 'b' | 'c';
  readonly major?: number;
  readonly minor?: number;
  readonly access: 'r' | 'w' | 'rw';
  /** Any device of the type will do. */
  readonly any?: boolean;
  /** Its driver asks for more than the node's mode when it is opened, and the open does nothing else. */
  readonly opens?: boolean;
  /** Name in /proc/misc of a driver that no module brings. */
  readonly builtIn?: string;
  /** Only nodes that the process makes count. */
  readonly made?: boolean;
  /** Only the host's own nodes, handed in, count; which it has changes from moment to moment. */
  readonly given?: boolean;
}

/** A file system of one of these types is mounted. */
export interface MountedProbe {
  readonly probe: 'mounted';
  readonly types: readonly string[];
  /** Regular expression over where. */
  readonly at?: string;
  readonly writable?: boolean;
}

/** The root file system takes writes, now or after its flag was taken away. */
export interface RootfsProbe {
  readonly probe: 'rootfs';
}

/** Is uid 0. `becomes`: or can be; `onHost`: and is uid 0 to the host's files. */
export interface RootProbe {
  readonly probe: 'root';
  readonly becomes?: boolean;
  readonly onHost?: boolean;
}

/** Is in a group of the host that has one of these names. */
export interface GroupProbe {
  readonly probe: 'group';
  readonly names: readonly string[];
}

/** No control group on the way to the root limits it. `oom-killer`: tasks at the limit are not killed. */
export interface UnlimitedProbe {
  readonly probe: 'unlimited';
  readonly what: 'memory' | 'pids' | 'cpu' | 'io' | 'oom-killer';
}

/** There is a route. Looked up only: nothing is sent. */
export interface ReachesProbe {
  readonly probe: 'reaches';
  readonly to: 'outside' | 'link' | 'metadata';
}

/** How its network namespace is attached. */
export interface AttachedProbe {
  readonly probe: 'attached';
  readonly modes: readonly string[];
}

export const sees = (what: Omit<SeesProbe, 'probe'>): SeesProbe => ({ probe: 'sees', ...what });
export const connects = (what: Omit<ConnectsProbe, 'probe'>): ConnectsProbe => ({ probe: 'connects', ...what });
export const usesDevice = (device: Omit<DeviceProbe, 'probe'>): DeviceProbe => ({ probe: 'device', ...device });
export const hasMounted = (what: Omit<MountedProbe, 'probe'>): MountedProbe => ({ probe: 'mounted', ...what });
export const writesRootfs: RootfsProbe = { probe: 'rootfs' };
export const isRoot: RootProbe = { probe: 'root' };
export const canBeRoot: RootProbe = { probe: 'root', becomes: true };
export const canBeHostRoot: RootProbe = { probe: 'root', becomes: true, onHost: true };
export const inGroup = (...names: readonly string[]): GroupProbe => ({ probe: 'group', names });
export const unlimited = (what: UnlimitedProbe['what']): UnlimitedProbe => ({ probe: 'unlimited', what });
export const hasRoute = (to: ReachesProbe['to']): ReachesProbe => ({ probe: 'reaches', to });
export const attachedTo = (...modes: readonly string[]): AttachedProbe => ({ probe: 'attached', modes });
