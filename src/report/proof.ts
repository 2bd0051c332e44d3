import type { Finding, ProofSummary, ResultDocument, TargetResult } from '../check/result.ts';
import { escapeForeign } from './escape.ts';
import { enough, hanging, wrap } from './layout.ts';
import type { Page } from './page.ts';
import { plural } from './wording.ts';

/** Prediction and proof beside each other, for people. */

/** What the kernel said of one object: how often it agrees, each disagreement, what was settled, what could not be told. */
export function proofLines(target: TargetResult, page: Page): string[] {
  const { sandbox } = target;
  if (sandbox === undefined) return [];
  const { palette, width } = page;
  const label = `  proof  ${sandbox.runtime}: `;
  if (sandbox.failure !== undefined) {
    const { message, hint } = sandbox.failure;
    return hanging(label, escapeForeign(`not started: ${message} → ${hint}`), width, { label: palette.warn });
  }
  const differing = target.findings.filter(differs);
  const style = differing.length > 0 ? palette.bad : palette.good;
  return [
    ...hanging(label, tallyText(tally(target.findings)), width, { label: style }),
    ...differing.flatMap((finding) => differenceLines(finding, page)),
    ...settledLines(target, page),
    ...missingLines(target, page),
  ];
}

function differs({ proof }: Finding): boolean {
  return proof?.agrees === false;
}

function differenceLines({ vector, verdict, proof }: Finding, page: Page): string[] {
  const evidence = proof?.evidence.at(-1) ?? '';
  const text = `${vector} predicted ${verdict}, proven ${proof?.verdict}: ${evidence}`;
  return hanging('  differs  ', escapeForeign(text), page.width, { label: page.palette.bad });
}

/** Unknown to the prediction, open on this kernel. */
function settledLines({ findings }: TargetResult, page: Page): string[] {
  const opened = findings.filter(({ verdict, proof }) => verdict === 'unknown' && proof?.verdict === 'open');
  if (opened.length === 0) return [];
  const names = enough(
    opened.map(({ vector }) => vector),
    page.width - 16,
    1,
  );
  return hanging('  proven open  ', escapeForeign(names), page.width, { label: page.palette.warn });
}

function missingLines({ sandbox, findings }: TargetResult, page: Page): string[] {
  const parts = [...new Set(sandbox?.missing.map(({ step, why }) => escapeForeign(`${step}: ${why}`)))];
  if (parts.length === 0) return [];
  const untold = findings.some(({ proof }) => proof?.verdict === 'unknown');
  if (!page.verbose && !untold) return [];
  const text = page.verbose ? parts.join('; ') : enough(parts, page.width - 11, 1, '; ');
  return hanging('  without  ', text, page.width, { label: page.palette.dim, text: page.palette.dim });
}

/** Of one finding, with the evidence. */
export function evidenceLines({ verdict, proof }: Finding, page: Pick<Page, 'width' | 'palette'>): string[] {
  if (proof === null) return [];
  const { palette, width } = page;
  const style = proof.agrees === false ? palette.bad : proof.verdict === 'unknown' ? palette.warn : palette.good;
  const by = proof.by === null ? '' : ` by ${proof.by}`;
  const says = proof.verdict === 'unknown' ? `not told: ${proof.why ?? ''}` : `${proof.verdict}${by}`;
  const word =
    proof.agrees === null
      ? proof.verdict === 'unknown'
        ? ''
        : `, settles ${verdict}`
      : proof.agrees
        ? ', agrees'
        : ', disagrees';
  return [
    ...hanging('      proof  ', escapeForeign(says + word), width, { label: style }),
    ...proof.evidence.flatMap((line) => hanging('             ', escapeForeign(line), width, { text: palette.dim })),
  ];
}

/** The last line but one of a report with proofs. */
export function proofTotals({ summary }: ResultDocument, page: Page): string[] {
  if (summary.proof === undefined) return [];
  const style = summary.proof.disagrees > 0 ? page.palette.bad : page.palette.good;
  return wrap(`proof: ${tallyText(summary.proof)}`, page.width).map(style);
}

type Tally = Omit<ProofSummary, 'unprovable'>;

function tally(findings: readonly Finding[]): Tally {
  const told = findings.filter(({ proof }) => proof !== null && proof.verdict !== 'unknown');
  return {
    agrees: told.filter(({ proof }) => proof?.agrees === true).length,
    disagrees: told.filter(differs).length,
    settled: told.filter(({ proof }) => proof?.agrees === null).length,
    untold: findings.filter(({ proof }) => proof?.verdict === 'unknown').length,
  };
}

function tallyText({ agrees, disagrees, settled, untold }: Tally): string {
  const parts = [
    `the kernel agrees with ${plural(agrees, 'verdict')}`,
    ...(disagrees > 0 ? [`disagrees with ${disagrees}`] : []),
    ...(settled > 0 ? [`settles ${settled} unknown`] : []),
    ...(untold > 0 ? [`does not tell of ${untold}`] : []),
  ];
  return parts.join(' · ');
}
