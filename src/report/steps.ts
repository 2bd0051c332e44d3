import type { Finding, Fix, TargetResult } from '../check/result.ts';
import { openOf, type Severity } from './wording.ts';

/** One thing to do, and the open findings that it closes beyond what the steps before it close. */
export interface Step {
  readonly fix: Fix;
  /** Worst first. */
  readonly closes: readonly Finding[];
}

export interface Plan {
  readonly steps: readonly Step[];
  /** Open findings that no change of this artifact closes. */
  readonly without: readonly Finding[];
  readonly open: number;
}

/** A worse finding outweighs any usual number of lesser ones. */
const WEIGHT: Readonly<Record<Severity, number>> = { critical: 1000, high: 100, medium: 10, low: 1 };

/**
 * What to do first: greedily the fix that closes most, weighed by severity, for its number of changes (the usual
 * approximation of a weighted set cover), until no open finding is left that has a fix.
 */
export function planOf(target: TargetResult): Plan {
  const open = openOf(target);
  const candidates = candidatesOf(open);
  const left = new Set(open);
  const steps: Step[] = [];
  for (let step = best(candidates); step !== undefined; step = best(candidates)) {
    steps.push(step);
    for (const finding of step.closes) left.delete(finding);
    for (const candidate of candidates) candidate.leave(left);
  }
  return {
    steps: steps.sort((a, b) => weightOf(b.closes) - weightOf(a.closes)),
    without: [...left],
    open: open.length,
  };
}

/** A fix once, and what of all that it closes is still open. */
class Candidate {
  readonly fix: Fix;
  /** Vectors that it closes, each with the fix's rank among the vector's own: those come least trouble first. */
  readonly ranks = new Map<string, number>();
  closes: readonly Finding[] = [];
  /** Weight of what it closes, for its trouble. */
  score = 0;

  constructor(fix: Fix) {
    this.fix = fix;
  }

  /** What is closed by another step is no longer to its credit. */
  leave(left: ReadonlySet<Finding>): void {
    if (!this.closes.every((finding) => left.has(finding)))
      this.credit(this.closes.filter((finding) => left.has(finding)));
  }

  credit(closes: readonly Finding[]): void {
    const worth = closes.reduce(
      (sum, finding) => sum + WEIGHT[finding.severity] / (1 + 0.5 * (this.ranks.get(finding.vector) ?? 0)),
      0,
    );
    this.closes = closes;
    this.score = worth / this.fix.cost;
  }
}

/** Every fix once, with all that it closes. */
function candidatesOf(open: readonly Finding[]): Candidate[] {
  const found = new Map<string, Candidate>();
  for (const finding of open) {
    for (const [rank, fix] of finding.fixes.entries()) {
      const key = fix.changes.length === 1 ? (fix.changes[0] as string) : [...fix.changes].sort().join('\n');
      const candidate = found.get(key) ?? new Candidate(fix);
      found.set(key, candidate);
      candidate.ranks.set(finding.vector, rank);
      for (const other of fix.closes) if (!candidate.ranks.has(other)) candidate.ranks.set(other, UNRANKED);
    }
  }
  const candidates = [...found.values()];
  for (const candidate of candidates) candidate.credit(open.filter((finding) => candidate.ranks.has(finding.vector)));
  return candidates;
}

/** Closed by more changes than the finding needs: rather by one of its own fixes. */
const UNRANKED = 2;

function best(candidates: readonly Candidate[]): Step | undefined {
  let found: Candidate | undefined;
  for (const candidate of candidates) if (candidate.score > (found?.score ?? 0)) found = candidate;
  return found && { fix: found.fix, closes: found.closes };
}

/** How much it matters to close these. */
export function weightOf(findings: readonly Finding[]): number {
  return findings.reduce((sum, finding) => sum + WEIGHT[finding.severity], 0);
}
