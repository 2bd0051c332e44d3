import type { Severity } from '../vectors/index.ts';
import { SEVERITY_ORDER } from './finding.ts';
import type { Finding, TargetResult } from './result.ts';

/** Which findings make a run fail: predicted open, or proven so. */
export interface Threshold {
  readonly severity: Severity;
  /** Blocked ones count too where fewer mechanisms hold them. */
  readonly minDepth: number;
}

export function countsAgainst(finding: Finding, { severity, minDepth }: Threshold): boolean {
  if (finding.suppressed !== null || SEVERITY_ORDER[finding.severity] > SEVERITY_ORDER[severity]) return false;
  if (finding.proof?.verdict === 'open') return true;
  return finding.verdict === 'open' || (finding.verdict === 'blocked' && finding.depth < minDepth);
}

/** A standard that is not met counts whatever the severity: whoever asks for it wants it met. */
export function failsStandard(target: TargetResult): boolean {
  return target.standards.some((standard) => standard.result === 'failed');
}
