import type { Problem, Skipped } from '../check/index.ts';
import type { Place } from '../posture/index.ts';
import type { Costs } from './costs.data.ts';
import type { Cause, Certainty, Price } from './path-graph.ts';

/** The answer of `paths`, `cofferdam.paths/1`: what every report is made from, and what `--format json` prints. */
export interface PathsDocument {
  readonly schema: 'cofferdam.paths/1';
  readonly tool: { readonly name: 'cofferdam'; readonly version: string };
  readonly size: { readonly states: number; readonly steps: number; readonly containers: number };
  readonly costs: Costs;
  readonly entries: readonly Named[];
  readonly assets: readonly Named[];
  /** By entry: what is reached, at its least cost. */
  readonly reach: readonly Reach[];
  /** Entries that were not followed one by one, because there are too many. */
  readonly reachLeftOut: number;
  readonly paths: readonly Path[];
  readonly chokePoints: readonly ChokePoint[];
  readonly controls: Controls | null;
  readonly whatIf: WhatIf | null;
  readonly notes: readonly string[];
  readonly errors: readonly Problem[];
  readonly skipped: readonly Skipped[];
}

export interface Named {
  readonly id: string;
  readonly label: string;
}

export interface Reach {
  readonly entry: Named;
  readonly assets: readonly {
    readonly asset: Named;
    readonly cost: number;
    readonly steps: number;
    readonly certainty: Certainty;
  }[];
  /** By what is configured: containers entered and credentials read, the entry's own left out. */
  readonly containers: readonly string[];
  readonly credentials: readonly string[];
}

export interface Path {
  readonly from: Named;
  readonly to: Named;
  /** From 1: the cheapest; `configured`: the cheapest of those that need no more than what is configured. */
  readonly rank: number | 'configured';
  readonly cost: number;
  readonly certainty: Certainty;
  readonly steps: readonly Told[];
}

/** A step as a report tells it. */
export interface Told {
  readonly from: readonly Named[];
  readonly to: Named;
  readonly cost: number;
  readonly price: readonly Price[];
  readonly cause: Cause;
  readonly place: Place | null;
}

export interface ChokePoint {
  readonly from: readonly Named[];
  readonly asset: Named;
  /** Without any one of these no way is left. The asset itself is not among them. */
  readonly states: readonly Named[];
  readonly steps: readonly Told[];
}

export interface ControlChange {
  /** `C1`, … */
  readonly id: string;
  readonly text: string;
  readonly cost: number;
  readonly targets: readonly string[];
}

export interface Controls {
  readonly changes: readonly ControlChange[];
  readonly cost: number;
  /** Nothing cheaper than this cuts all ways; equal to `cost` when proven. */
  readonly bound: number;
  readonly proven: boolean;
  /** Other sets of the same cost. */
  readonly others: readonly (readonly ControlChange[])[];
  readonly othersComplete: boolean;
  /** Assets that no known change cuts off, each with what is left. */
  readonly uncut: readonly { readonly asset: Named; readonly steps: readonly Told[] }[];
  /** The cheapest ways that are left afterwards: none of them by what is configured alone. */
  readonly after: readonly {
    readonly asset: Named;
    readonly cost: number | null;
    readonly certainty: Certainty | null;
    readonly steps: readonly Told[];
  }[];
}

export interface WhatIf {
  readonly changes: readonly ControlChange[];
  readonly closes: number;
  readonly rows: readonly {
    readonly entry: Named;
    readonly asset: Named;
    /** Null: no way at all. */
    readonly before: number | null;
    readonly after: number | null;
  }[];
}
