import type { Phase } from '../lifecycle/index.ts';
import type { Expr, Mechanism } from '../model/index.ts';
import type { Probe } from './probe.ts';

/**
 * One attack vector: a goal that an attacker reaches by any of its routes. Routes are data; from this one definition come
 * verdict, explanation, depth, fixes, documentation page and tests.
 */
export interface Vector {
  /** The file's name, kebab-case; never reused. */
  readonly id: string;
  /** A full sentence about the container that is open to it: `Container can replace the kernel core-dump handler`. */
  readonly title: string;
  /** Folder: the mechanism whose weakness it is. */
  readonly mechanism: Mechanism;
  /** Where in the life-cycle the condition arises. */
  readonly phase: Phase;
  readonly goal: Goal;
  readonly severity: Severity;
  /** Letters of STRIDE, in the order S T R I D E. */
  readonly stride: string;
  /** For which kinds of object the question has a meaning; for others it is not applicable. */
  readonly appliesTo: readonly SubjectKindName[];
  /** Operating systems of the container for which it has a meaning. Default: Linux alone. */
  readonly platforms?: readonly ('linux' | 'windows')[];
  /** Where this does not pass, the vector is not applicable (a question about Kubernetes on a plain container). */
  readonly when?: Expr;
  /** Any route, all gates of it. */
  readonly routes: readonly (readonly Expr[])[];
  /** The same question put to a kernel; absent where no kernel can answer (an image, a grant of the orchestrator). */
  readonly probe?: Probe;
  /** Two to four sentences: what the attacker gains and why the kernel or engine lets it happen, with functions or specifications named. */
  readonly why: string;
  /** The remedy in general words; the fix for a given artifact is derived. */
  readonly fix: string;
  readonly refs: References;
  /** At least one open and one blocked; each is a test and is shown on the vector's page. */
  readonly examples: readonly Example[];
  /** Former ids that suppressions may still use. */
  readonly aliases?: readonly string[];
}

export type SubjectKindName = 'workload' | 'image' | 'engine' | 'host' | 'cluster';

/** What the attacker has gained. */
export type Goal =
  | 'host-root'
  | 'host-kernel'
  | 'host-data'
  | 'host-service'
  | 'other-container'
  | 'cluster'
  | 'credential'
  | 'information'
  | 'denial-of-service'
  | 'supply-chain'
  | 'privilege-in-container';

export type Severity = 'critical' | 'high' | 'medium' | 'low';

/** Ids as in the frameworks' own lists. Absent where a framework does not cover the vector. */
export interface References {
  readonly attack?: readonly string[];
  readonly cisDocker?: readonly string[];
  readonly cisKubernetes?: readonly string[];
  readonly nist800190?: readonly string[];
  readonly pss?: readonly string[];
  readonly owaspDocker?: readonly string[];
  readonly owaspKubernetes?: readonly string[];
  readonly microsoftMatrix?: readonly string[];
  readonly kubehound?: readonly string[];
  readonly cwe?: readonly string[];
  readonly cve?: readonly string[];
  readonly papers?: readonly string[];
  /** Man pages, specifications, kernel documentation. */
  readonly docs?: readonly string[];
}

export type Verdict = 'open' | 'blocked' | 'unknown';

/** An artifact in its own language, and the verdict it must get. Exactly one of the artifact fields is stated. */
export interface Example {
  /** Without the leading word: `run --privileged img`. */
  readonly docker?: string;
  readonly podman?: string;
  readonly compose?: string;
  readonly kubernetes?: string;
  readonly dockerfile?: string;
  readonly oci?: string;
  readonly inspect?: string;
  readonly daemon?: string;
  /** A host profile alone (kind `host`). */
  readonly hostProfile?: string;
  /** Beside the artifact: host profile (YAML), daemon.json. */
  readonly host?: string;
  readonly withDaemon?: string;
  /** `docker@28`; the newest of the artifact's family when absent. */
  readonly engine?: string;
  /** Which object of the artifact, by name, where it holds several. */
  readonly of?: string;
  readonly verdict: Verdict | 'not-applicable';
  readonly depth?: number;
}

export function defineVector(vector: Vector): Vector {
  return vector;
}
