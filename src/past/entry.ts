import type { Phase } from '../lifecycle/index.ts';
import type { Expr } from '../model/index.ts';

/** What the flaw was in: what stands, or stood, between a container and what it must not reach. */
export const FAMILIES = [
  'kernel',
  'runtime',
  'engine',
  'orchestrator',
  'hypervisor',
  'user-space-kernel',
  'processor',
] as const;

export type Family = (typeof FAMILIES)[number];

type FlawClass =
  | 'memory-corruption'
  | 'race'
  | 'logic'
  | 'path-resolution'
  | 'fd-leak'
  | 'missing-check'
  | 'injection'
  | 'info-exposure'
  | 'resource-exhaustion'
  | 'insecure-default'
  | 'permissions';

/** What the attacker had gained by it. */
export type Gain =
  | 'root-on-host'
  | 'container-escape'
  | 'host-file-write'
  | 'host-file-read'
  | 'privilege-in-container'
  | 'lsm-bypass'
  | 'info-leak'
  | 'dos'
  | 'cluster-takeover'
  | 'policy-bypass'
  | 'network-exposure'
  | 'guest-to-host'
  | 'guest-privilege'
  | 'code-execution-on-client';

export type Confidence = 'high' | 'medium' | 'low';

/** A condition by its name in the vocabulary (`preconditions.data.ts`), some of which one is enough, or all of some. */
export type Need = string | { readonly or: readonly Need[] } | { readonly all: readonly Need[] };

/** From the first affected release (the first of all where empty) to the first that is not. */
export type Range = readonly [from: string, below: string];

/** One past vulnerability: facts of its public record, and what an attacker needed. Data; what it means is decided by the gates. */
export interface PastVulnerability {
  /** CVE id, or GHSA id where there is none. */
  readonly id: string;
  /** What it is commonly called. */
  readonly aka?: string;
  /** Of the identifier. */
  readonly year: number;
  /** `kernel:SUBSYSTEM`, or a program by its name. */
  readonly component: string;
  readonly title: string;
  readonly class: FlawClass;
  readonly result: Gain;
  /** Life-cycle phase in which it is used. */
  readonly phase: Phase;
  /** Versions as the sources give them, for people. */
  readonly affected: string;
  readonly fixed: string;
  /** The same for comparison, where it can be told; a kernel's or a component's own releases. */
  readonly ranges?: readonly Range[];
  /** All of them. */
  readonly needs: readonly Need[];
  /** What the record says of Docker's default, held against the gates by a test. */
  readonly docker: {
    readonly verdict: 'yes' | 'no' | 'partly' | 'n/a';
    /** Each alone suffices; a plus sign joins what is needed together. */
    readonly by?: readonly string[];
    /** Release with which that began. */
    readonly since?: string;
    /** The same of the release that was current when it became public. */
    readonly atDisclosure: 'yes' | 'no' | 'partly' | 'n/a';
    readonly why: string;
  };
  /** Controls each of which would have taken a condition or the effect away; a plus sign joins what is needed together. */
  readonly stoppedBy: readonly string[];
  /** `docs/past.md` spells the keys out. */
  readonly sources: readonly string[];
  readonly confidence: Confidence;
  /** Of the core selection, or of its extension for statistics. */
  readonly selection: 'core' | 'extended';
  readonly note?: string;
}

/** An entry with its conditions as gates, ready to be judged. */
export interface Entry {
  readonly id: string;
  readonly aka?: string;
  readonly title: string;
  readonly year: number;
  readonly gain: Gain;
  readonly family: Family;
  readonly component: string;
  readonly phase: Phase;
  readonly confidence: Confidence;
  readonly affected: string;
  readonly fixed: string;
  /** Where one does not pass, the question has no meaning: the component is not in use, the attacker is another one. */
  readonly when: readonly Expr[];
  /** Of a kubelet's node, the engine that must lie beneath it. */
  readonly beneath?: 'containerd' | 'crio';
  /** The release in use is an affected one; absent where nobody can tell. */
  readonly isAffected?: Expr;
  /** That release is the engine's own, which counts where somebody stated it only. */
  readonly ofEngine: boolean;
  readonly routes: readonly (readonly Expr[])[];
  /** The user's own. */
  readonly own: boolean;
  /** The record itself, of those that ship. */
  readonly record?: PastVulnerability;
}
