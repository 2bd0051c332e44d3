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
  const left = new Map(open.map((finding) => [finding.vector, finding]));
  const steps: Step[] = [];
  for (let step = best(candidates, left); step !== undefined; step = best(candidates, left)) {
    steps.push(step);
    for (const finding of step.closes) left.delete(finding.vector);
  }
  return {
    steps: steps.sort((a, b) => weightOf(b.closes) - weightOf(a.closes)),
    without: [...left.values()],
    open: open.length,
  };
}

interface Candidate {
  readonly fix: Fix;
  /** Vectors that it closes, each with the fix's rank among the vector's own: those come least trouble first. */
  readonly ranks: Map<string, number>;
  readonly effort: number;
}

/** Every fix once, with all that it closes. */
function candidatesOf(open: readonly Finding[]): Candidate[] {
  const found = new Map<string, Candidate>();
  for (const finding of open) {
    for (const [rank, fix] of finding.fixes.entries()) {
      const key = [...fix.changes].sort().join('\n');
      const candidate = found.get(key) ?? { fix, ranks: new Map(), effort: fix.cost };
      found.set(key, candidate);
      candidate.ranks.set(finding.vector, rank);
      for (const other of fix.closes) if (!candidate.ranks.has(other)) candidate.ranks.set(other, UNRANKED);
    }
  }
  return [...found.values()];
}

/** Closed by more changes than the finding needs: rather by one of its own fixes. */
const UNRANKED = 2;

function best(candidates: readonly Candidate[], left: ReadonlyMap<string, Finding>): Step | undefined {
  let found: Step | undefined;
  let score = 0;
  for (const { fix, ranks, effort } of candidates) {
    const closes = [...left.values()].filter((finding) => ranks.has(finding.vector));
    const worth = closes.reduce(
      (sum, finding) => sum + WEIGHT[finding.severity] / (1 + 0.5 * (ranks.get(finding.vector) ?? 0)),
      0,
    );
    if (worth / effort > score) [found, score] = [{ fix, closes }, worth / effort];
  }
  return found;
}

/** How much it matters to close these. */
export function weightOf(findings: readonly Finding[]): number {
  return findings.reduce((sum, finding) => sum + WEIGHT[finding.severity], 0);
}
