import type { Fix, Problem } from '../check/index.ts';
import type { Phase } from '../lifecycle/index.ts';
import type { Mechanism } from '../model/index.ts';
import type { Place } from '../posture/index.ts';
import type { Severity, Verdict } from '../vectors/index.ts';
import type { ElementKind } from './system-types.ts';

/** The threat model as a document, `cofferdam.threats/1`: what every report of it is made from. Published as `schema/threats-1.json`. */
export interface ThreatModel {
  readonly schema: 'cofferdam.threats/1';
  readonly tool: { readonly name: 'cofferdam'; readonly version: string };
  readonly elements: readonly ModelElement[];
  readonly flows: readonly Flow[];
  readonly assets: readonly Declared[];
  readonly entryPoints: readonly Declared[];
  /** Worst residual risk first. */
  readonly threats: readonly Threat[];
  readonly errors: readonly Problem[];
  readonly summary: Readonly<Record<Residual, number>>;
}

export interface ModelElement {
  readonly id: string;
  readonly kind: ElementKind;
  readonly name: string;
  readonly zone: string;
  readonly source: Place | null;
  readonly assumed: string | null;
  readonly targets: readonly string[];
}

export interface Flow {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly what: string;
  readonly bidirectional: boolean;
  readonly phase: Phase;
  /** Null where both ends lie in one zone. `boundary` as the life-cycle names it. */
  readonly crosses: { readonly from: string; readonly to: string; readonly boundary: string } | null;
  readonly source: Place | null;
  readonly details: readonly string[];
  readonly assumed: string | null;
}

/** An asset or entry point: declared in `cofferdam.yaml`, or taken because of its kind. */
export interface Declared {
  readonly name: string;
  readonly element: string;
  readonly declared: boolean;
  /** Of an asset: how bad its loss is. */
  readonly value: Severity;
}

export type StrideLetter = 'S' | 'T' | 'R' | 'I' | 'D' | 'E';

/**
 * What is left of a threat, worst first: the worst severity of its open vectors; `unknown`, where none is open but some are not decided;
 * `thin`, where one mechanism alone holds some vector; `held`, where each vector needs two or more to fail; `accepted` by declaration.
 */
export const RESIDUALS = ['critical', 'high', 'medium', 'low', 'unknown', 'thin', 'held', 'accepted'] as const;
export type Residual = (typeof RESIDUALS)[number];

export interface Threat {
  /** Stable between runs: row and element. */
  readonly id: string;
  /** Id of the row of the table: `container-kernel-E`. */
  readonly row: string;
  readonly stride: StrideLetter;
  readonly title: string;
  /** The element whose weakness it is, and the other side of the crossing where there is one. */
  readonly element: string;
  readonly to: string | null;
  readonly residual: Residual;
  /** Of the vectors that realise it: open, unknown, blocked. */
  readonly counts: Readonly<Record<Verdict, number>>;
  readonly vectors: readonly Realisation[];
  /** What already holds blocked vectors, most holding first. */
  readonly mitigations: readonly Mitigation[];
  readonly accepted: { readonly reason: string; readonly until: string } | null;
}

/** One vector in one object. */
export interface Realisation {
  readonly vector: string;
  readonly finding: string;
  readonly title: string;
  readonly verdict: Verdict;
  readonly depth: number;
  readonly severity: Severity;
  readonly phase: Phase;
  readonly source: Place | null;
  readonly statement: string;
  readonly heldBy: readonly (readonly Mechanism[])[];
  readonly fixes: readonly Fix[];
  readonly suppressed: string | null;
  readonly attack: readonly string[];
  readonly cwe: readonly string[];
}

/** A gate that is closed. */
export interface Mitigation {
  readonly gate: string;
  readonly mechanism: Mechanism;
  /** `compose.yaml:12 states …`, `docker@29.7.2 default`; null where the gate is decided by what is absent. */
  readonly because: string | null;
  /** Vectors of this threat that it stops, alone or with others. */
  readonly stops: number;
}
