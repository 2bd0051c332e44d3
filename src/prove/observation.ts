import type { Session } from '../agent/index.ts';
import type { Files } from '../live/index.ts';
import type { Mechanism } from '../model/index.ts';
import type { OciConfig } from '../runtimes/index.ts';
import type { Probe, Verdict } from '../vectors/index.ts';

/** What a probe saw, and the verdict that follows. */
export interface Observation {
  readonly verdict: Verdict;
  /** The mechanism that refused, as far as the errors and control experiments tell; null where open or not told. */
  readonly by: Mechanism | null;
  /** Calls and results, a line each: `openat("/proc/kcore") = EACCES`. */
  readonly evidence: readonly string[];
  /** Of an unknown one: why nothing follows. */
  readonly why?: string;
}

/** Where probes are carried out. */
export interface Stage {
  /** The sandbox. */
  readonly sandbox: Session;
  /** The stub's process as this machine sees it, to read its cgroup and namespaces from outside. */
  readonly pid: number | undefined;
  /** Who it is to the host's files, where it became another user than `pid` is. */
  readonly hostUid?: number;
  /** A process of the sandbox that was there before, where ours joined it. */
  readonly beside?: number | undefined;
  /** What the sandbox was started from, where it was a configuration. */
  readonly config?: OciConfig | undefined;
  /** All that is asked here: what fits together is asked in one go. */
  readonly asked?: readonly Probe[];
  /** A stub that runs outside, on the machine that `pid` is of: what the host itself sees. */
  readonly host: Session;
  /** The files of that machine. */
  readonly files: Files;
}

/** Carries one kind of probe out. Never throws for what a sandbox does: that is an unknown with its reason. */
export type Runner<P> = (probe: P, stage: Stage) => Promise<Observation>;
