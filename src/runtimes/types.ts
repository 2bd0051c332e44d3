import type { Session } from '../agent/index.ts';
import type { SandboxKind } from '../posture/index.ts';
import type { OciValue } from '../posture/oci.ts';
import type { Machine } from './machine.ts';
import type { Profile } from './profiles.data.ts';

/** What starts a sandbox. */
export interface Runtime {
  /** `embedded`, `runc`, `bwrap`, …: as the user names it. */
  readonly name: string;
  /** One line for people: what kind of sandbox it is. */
  readonly title: string;
  /** Whether it performs an OCI configuration; others do what they do by themselves. */
  readonly takesConfig: boolean;
  /** What keeps the sandbox from the host, where that is not the host's own kernel and is known before anything is looked at. */
  readonly kind?: SandboxKind;
  /** Whether it can run here, as this user. */
  available(): Promise<Availability>;
  /**
   * Whether it has words for a profile; the reason where not. One that takes a configuration is told each profile as one. Others say as
   * much of it as their options can: what is left shows as open.
   */
  expresses(profile: Profile): true | string;
  /** Starts one, with the stub in it. Fails with one error that carries the runtime's own message; nothing is left then. */
  start(request: StartRequest): Promise<Sandbox>;
}

export type Availability =
  | { readonly available: true; readonly version?: string }
  /** `enable`: the command that would make it available. */
  | { readonly available: false; readonly why: string; readonly enable: string };

export interface StartRequest {
  /** The configuration to perform, as an OCI config.json (runtime-spec 1.2). Absent: what the runtime does by itself. */
  readonly config?: OciConfig;
  /** What is asked of a runtime that takes no configuration. Absent: what it does by itself. */
  readonly profile?: Profile;
  /** Time for the start, and for each answer. */
  readonly timeoutMs?: number;
  /** Steps of the embedded runtime to leave out, by name: an ablation. */
  readonly omit?: readonly string[];
}

/** A running sandbox with a stub that listens. */
export interface Sandbox {
  readonly runtime: string;
  readonly session: Session;
  /** Where it runs; this machine where nothing is said. */
  readonly machine?: Machine;
  /** The stub's process as that machine sees it; undefined where it cannot be told (a virtual machine). */
  readonly pid: number | undefined;
  /** The process that it was put beside, where it joined one that runs: that one is part of the sandbox. */
  readonly beside?: number;
  /** What the host did not permit or the runtime could not do. */
  readonly missing: readonly Missing[];
  /** Ends it and takes away everything that it made. Idempotent; never fails. */
  close(): Promise<void>;
}

/** A part of the configuration that was not performed. */
export interface Missing {
  /** Step of the runtime, `cgroup-limits`, `apparmor`, … */
  readonly step: string;
  readonly why: string;
  /** Facts, by key or key prefix (`limit.`), whose proof says nothing therefore. */
  readonly facts: readonly string[];
}

/** Any JSON object; the embedded runtime validates the parts that it performs. */
export type OciConfig = { readonly [key: string]: OciValue | undefined };
