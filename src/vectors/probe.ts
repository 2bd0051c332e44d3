import type { Call, Capability, Effect } from '../kernel/index.ts';
import type { Gate, Mechanism } from '../model/index.ts';
import type { PlaceProbe } from './probe-places.ts';

/**
 * What a vector asks a kernel. Data, like routes: `prove` carries a probe out over a session and keeps the evidence. A probe
 * asks the vector's own question, in every state that the process can reach by itself and that its routes count.
 */
export type Probe =
  | PlaceProbe
  | AnyProbe
  | AllProbe
  | AttemptProbe
  | PassesProbe
  | OpensProbe
  | HoldsProbe
  | SharesProbe
  | SharesKernelProbe
  | UnconfinedProbe
  | SaysProbe
  | HostProbe
  | UntoldProbe;

/** Open where one is; blocked where all are. */
export interface AnyProbe {
  readonly probe: 'any';
  readonly of: readonly Probe[];
}

/** Open where all are; blocked where one is. */
export interface AllProbe {
  readonly probe: 'all';
  readonly of: readonly Probe[];
}

/** Calls made in order in one throw-away child, one of which decides. */
export interface AttemptProbe {
  readonly probe: 'attempt';
  /** What is tried, in words: `creates a user namespace`. */
  readonly title: string;
  readonly effects: readonly Effect[];
  readonly calls: readonly Call[];
  /** Positions of the deciding calls, one of which is enough; the last when absent. */
  readonly decides?: readonly number[];
  /** What the child is made to be before: without capabilities, as an ordinary user; or in namespaces of its own (flags of unshare(2), in this order). */
  readonly as?: 'unprivileged' | readonly bigint[];
  /** Capabilities one of which the kernel asks for, for telling what refused. */
  readonly needs?: readonly Capability[];
  /** Outcomes that show that nothing stood in the way: `ok`, or the error that the arguments themselves call for (`EINVAL`, `EFAULT`). */
  readonly open: readonly string[];
  /** Errors that a mechanism gives. `find`: a control experiment tells which. Any other outcome is unknown. */
  readonly blocked: Readonly<Record<string, Mechanism | 'find'>>;
}

/**
 * The seccomp filters let one of the calls through. They are asked without the call being made: a filter of one's own stands
 * behind them that stops it.
 */
export interface PassesProbe {
  readonly probe: 'passes';
  readonly effects: readonly Effect[];
  readonly calls: readonly Call[];
  /** The other way round: open where they let none of the calls through. */
  readonly none?: boolean;
}

/**
 * Opens a path, and closes it again. Where a mask, a cover or a read-only flag stands before it, also after taking that away, and
 * in a file system of its kind mounted anew.
 */
export interface OpensProbe {
  readonly probe: 'opens';
  readonly path: string;
  readonly access: 'read' | 'write';
  /**
   * What is read must be what the host reads: to the byte; the same lines, whatever their numbers have become meanwhile; or the
   * same numbers, but for what a moment changes.
   */
  readonly alike?: 'same' | 'shape' | 'near';
}

/** Has the capability in its permitted set, or can have it by executing a program as root. */
export interface HoldsProbe {
  readonly probe: 'holds';
  readonly capability: Capability;
}

export type NamespaceName = 'cgroup' | 'ipc' | 'mnt' | 'net' | 'pid' | 'time' | 'user' | 'uts';

/** A namespace of the sandbox is that of the host (as this program sees it), the first one of the kernel, or one that processes outside of the sandbox are in. */
export interface SharesProbe {
  readonly probe: 'shares';
  readonly namespace: NamespaceName;
  readonly with: 'host' | 'kernel' | 'neighbours';
  /** The other way round: open where it is not that one. */
  readonly not?: true;
}

/** System calls are served by the kernel that this program runs on. */
export interface SharesKernelProbe {
  readonly probe: 'shares-kernel';
}

/**
 * No AppArmor or SELinux confines the process. Where one does this is unknown, never blocked: what is asked beside it does not get as
 * far as the security module, which may still say no.
 */
export interface UnconfinedProbe {
  readonly probe: 'unconfined';
}

/** A file says so, read inside the sandbox or, where `outside`, by this program; `{pid}` in the path is the sandbox's process. */
export interface SaysProbe {
  readonly probe: 'says';
  readonly path: string;
  readonly matches: string;
  readonly outside?: boolean;
  /** What it is that says no. */
  readonly mechanism: Mechanism;
  /** Where the file does not exist. */
  readonly absent?: 'open' | 'blocked';
}

/** What only the kernel outside tells about itself: how it was built, its settings. The gate is asked of the host as it is seen now. */
export interface HostProbe {
  readonly probe: 'host';
  readonly gate: Gate;
}

/** No kernel tells this part: what else is asked may still say `blocked`. */
export interface UntoldProbe {
  readonly probe: 'untold';
  readonly why: string;
}

export const anyOf = (...of: readonly Probe[]): AnyProbe => ({ probe: 'any', of });
export const allOf = (...of: readonly Probe[]): AllProbe => ({ probe: 'all', of });
export const attempts = (attempt: Omit<AttemptProbe, 'probe'>): AttemptProbe => ({ probe: 'attempt', ...attempt });
export const opensForReading = (path: string): OpensProbe => ({ probe: 'opens', path, access: 'read' });
export const opensForWriting = (path: string): OpensProbe => ({ probe: 'opens', path, access: 'write' });
export const readsAsHost = (path: string, alike: NonNullable<OpensProbe['alike']> = 'shape'): OpensProbe => ({
  probe: 'opens',
  path,
  access: 'read',
  alike,
});
export const passes = (effects: readonly Effect[], ...calls: readonly Call[]): PassesProbe => ({
  probe: 'passes',
  effects,
  calls,
});
export const shares = (namespace: NamespaceName, other: SharesProbe['with'] = 'host'): SharesProbe => ({
  probe: 'shares',
  namespace,
  with: other,
});
export const unconfined: UnconfinedProbe = { probe: 'unconfined' };
export const sharesKernel: SharesKernelProbe = { probe: 'shares-kernel' };
export const says = (path: string, params: Omit<SaysProbe, 'probe' | 'path'>): SaysProbe => ({
  probe: 'says',
  path,
  ...params,
});
export const hostHas = (gate: Gate): HostProbe => ({ probe: 'host', gate });
export const untold = (why: string): UntoldProbe => ({ probe: 'untold', why });
export const holdsCapability = (capability: Capability): HoldsProbe => ({ probe: 'holds', capability });
