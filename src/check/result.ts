import type { Phase } from '../lifecycle/index.ts';
import type { Result as GateResult, Mechanism } from '../model/index.ts';
import type { Place } from '../posture/index.ts';
import type { Severity, SubjectKindName, Verdict } from '../vectors/index.ts';

/**
 * The result document, `cofferdam.result/1`: what every report is made from and what `--format json` prints. Published as
 * `schema/result-1.json`; fields are added, never renamed.
 */
export interface ResultDocument {
  readonly schema: 'cofferdam.result/1';
  readonly tool: { readonly name: 'cofferdam'; readonly version: string };
  readonly targets: readonly TargetResult[];
  readonly errors: readonly Problem[];
  readonly skipped: readonly Skipped[];
  readonly summary: Summary;
}

export interface TargetResult {
  /** Stable between runs: `compose.yaml#web`. */
  readonly id: string;
  readonly kind: SubjectKindName;
  readonly name: string;
  readonly artifact: string;
  readonly source: Place;
  /** `docker@29.7.2`; null where no engine starts it (an image, a role). */
  readonly engine: string | null;
  /** False: nobody said which, so the newest known was taken. */
  readonly engineStated: boolean;
  /** Every vector that applies, open ones first, worst first. */
  readonly findings: readonly Finding[];
  readonly standards: readonly StandardResult[];
  /** Present where a proof was asked for and the object can be started. */
  readonly sandbox?: SandboxResult;
  /** Present where past vulnerabilities were asked for, of a Linux container. */
  readonly past?: PastResult;
}

/** Which vulnerabilities of the past the object would have been exposed to, and what stops the others. */
export interface PastResult {
  readonly data: {
    /** Day on which the records were put together. */
    readonly collected: string;
    readonly entries: number;
    /** Of them the user's own. */
    readonly own: number;
    /** More than a year old: what became public since is missing. */
    readonly outdated: boolean;
  };
  readonly families: readonly PastFamily[];
  readonly entries: readonly PastFinding[];
}

/** Entries of one kind of component, counted. */
export interface PastFamily {
  /** `kernel`, `runtime`, `engine`, `orchestrator`, `hypervisor`, `user-space-kernel`, `processor`. */
  readonly family: string;
  readonly entries: number;
  /** Every condition holds: it would have been exposed. */
  readonly open: number;
  /** Of the open ones those whose record is of low confidence. */
  readonly openLowConfidence: number;
  readonly unknown: number;
  readonly blocked: number;
  /** The component has no part in the container, or the attacker would be another one. */
  readonly notInUse: number;
  /** The release in use is known to be another one than those affected. */
  readonly notAffected: number;
  /** Mechanisms that suffice to stop an entry, alone or together, with the number of entries; one can count in several rows. */
  readonly stoppedBy: readonly { readonly mechanisms: readonly Mechanism[]; readonly entries: number }[];
  /** Blocked entries by the least number of mechanisms that must fail. */
  readonly depths: readonly { readonly depth: number; readonly entries: number }[];
}

export interface PastFinding {
  readonly id: string;
  readonly title: string;
  readonly component: string;
  readonly family: string;
  readonly phase: Phase;
  readonly confidence: 'high' | 'medium' | 'low';
  /** The user's own. */
  readonly own: boolean;
  /** `open`: it would have been exposed. */
  readonly verdict: Verdict | 'not-applicable';
  /** Why the question has no meaning here; empty for the other verdicts. */
  readonly why: string;
  readonly depth: number;
  /** Every minimal set of mechanisms whose failure opens it. */
  readonly heldBy: readonly (readonly Mechanism[])[];
  /** Every minimal set of mechanisms that suffices to stop it. */
  readonly stoppedBy: readonly (readonly Mechanism[])[];
  readonly settledBy: readonly string[];
  /** What decided, as of a finding. Written to JSON with `--verbose` only. */
  readonly because?: readonly string[];
  readonly tree?: Because;
}

export interface Finding {
  /** Stable between runs: hash of target id and vector. */
  readonly id: string;
  readonly vector: string;
  readonly title: string;
  readonly verdict: Verdict;
  /** Least number of mechanisms that must fail before it opens; 0 when open, a lower bound when unknown. */
  readonly depth: number;
  /** Of the open vector. A blocked or unknown one carries the severity that it would have. */
  readonly severity: Severity;
  /** Phase of the deciding statement; of the vector itself where a default decided. */
  readonly phase: Phase;
  /** The mechanism whose weakness it is; for a blocked one the first that holds. */
  readonly mechanism: Mechanism;
  /** Every minimal set of mechanisms whose failure opens it; empty when open. */
  readonly heldBy: readonly (readonly Mechanism[])[];
  /** Where the deciding statement stands; null when a default decided. */
  readonly source: Place | null;
  /** The statement itself, `privileged: true`, or the default's name. */
  readonly statement: string;
  /** What decided, a line a node, indented by two spaces a level. */
  readonly because: readonly string[];
  /** The same as data; written to JSON with `--verbose` only, for it is large. */
  readonly tree: Because;
  /** Smallest sets of changes that close it, fewest changes first. */
  readonly fixes: readonly Fix[];
  /** Keys of the facts that would settle an unknown. */
  readonly settledBy: readonly string[];
  /** What the kernel said, where it was asked (`--prove`, `probe`) and can answer. */
  readonly proof: Proof | null;
  readonly suppressed: Suppression | null;
}

/** What a probe saw in a sandbox of this configuration. */
export interface Proof {
  /** `unknown`: the probe could not tell, with why. */
  readonly verdict: Verdict;
  /** The mechanism that refused, as far as errors and control experiments tell. */
  readonly by: Mechanism | null;
  /** Whether it is what was predicted; null where one of the two is unknown. */
  readonly agrees: boolean | null;
  /** Calls and their results. */
  readonly evidence: readonly string[];
  readonly why?: string;
}

/** The sandbox that probes ran in. */
export interface SandboxResult {
  readonly runtime: string;
  /** Why it could not be started; nothing is proven then. */
  readonly failure?: { readonly message: string; readonly hint: string };
  /** Parts of the configuration that it lacks. */
  readonly missing: readonly { readonly step: string; readonly why: string }[];
}

/** A node of the explanation tree. */
export interface Because {
  readonly text: string;
  readonly result: GateResult;
  /** Leaves only. */
  readonly mechanism?: Mechanism;
  /** `compose.yaml:12 states privileged: true`. */
  readonly source?: string;
  readonly place?: Place;
  readonly children?: readonly Because[];
}

export interface Fix {
  /** Each in the language of the artifact: `remove privileged: true (compose.yaml:9)`, `add cap_drop: [SYS_ADMIN]`. */
  readonly changes: readonly string[];
  /** Places of the changes, where they take something back. */
  readonly places: readonly (Place | null)[];
  /** How much trouble the changes make for whoever runs the container: 1 for each that takes something back, up to 6 for one that needs other people. */
  readonly cost: number;
  /** Other open vectors of the target that the same changes close. */
  readonly closes: readonly string[];
}

export interface Suppression {
  readonly reason: string;
  readonly until?: string;
  readonly place: Place;
}

export interface StandardResult {
  readonly name: string;
  readonly version: string;
  readonly result: 'passed' | 'failed' | 'unknown';
  readonly items: readonly {
    readonly id: string;
    readonly title: string;
    readonly result: 'passed' | 'failed' | 'unknown';
    readonly detail: string;
    readonly source: Partial<Place>;
  }[];
}

/** An error that left the rest of the work standing. */
export interface Problem {
  readonly path: string;
  readonly line?: number;
  readonly column?: number;
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

export interface Skipped {
  readonly path: string;
  readonly what: string;
  readonly remedy: string;
}

export interface Summary {
  readonly targets: number;
  readonly open: Readonly<Record<Severity, number>>;
  readonly blocked: number;
  readonly unknown: number;
  readonly suppressed: number;
  readonly errors: number;
  /** Present where a proof was asked for. */
  readonly proof?: ProofSummary;
}

/** Findings by what came of the question to the kernel. */
export interface ProofSummary {
  readonly agrees: number;
  readonly disagrees: number;
  /** Predicted unknown, now decided. */
  readonly settled: number;
  /** Asked, and not told. */
  readonly untold: number;
  /** No kernel can answer: an image, a grant of the orchestrator. */
  readonly unprovable: number;
}
