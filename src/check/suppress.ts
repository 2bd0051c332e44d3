import { CofferdamError, type Place } from '../posture/index.ts';
import type { Subject } from '../readers/subject.ts';
import type { Finding, Suppression, TargetResult } from './result.ts';

/** A suppression of cofferdam.yaml: `target` is a target's id, or a prefix of it that ends with `*`; absent, every target. */
export interface ConfiguredSuppression {
  readonly vector: string;
  readonly target?: string;
  readonly reason: string;
  /** Last day on which it holds, `2027-01-31`. */
  readonly until?: string;
  readonly place: Place;
}

interface Tracked extends ConfiguredSuppression {
  used: boolean;
}

/** Applies suppressions to findings and keeps account of those that did nothing or have run out. */
export class Suppressions {
  readonly #configured: readonly Tracked[];
  readonly #inline: Tracked[] = [];
  readonly #today: string;

  constructor(configured: readonly ConfiguredSuppression[], today: Date) {
    this.#configured = configured.map((one) => ({ ...one, used: false }));
    this.#today = today.toISOString().slice(0, 10);
  }

  apply(subject: Subject, target: TargetResult): TargetResult {
    const inline: Tracked[] = subject.suppressions.map((one) => ({ ...one, target: subject.id, used: false }));
    this.#inline.push(...inline);
    const candidates = [...inline, ...this.#configured.filter((one) => matches(one.target, target.id))];
    if (candidates.length === 0) return target;
    return { ...target, findings: target.findings.map((finding) => this.#applyTo(finding, candidates)) };
  }

  /** Suppressions without effect, as problems: a stale one hides the next finding of its kind. */
  unused(): CofferdamError[] {
    const all = [...this.#configured, ...dedupe(this.#inline)];
    return all
      .filter((one) => !one.used)
      .map((one) =>
        this.#expired(one)
          ? new CofferdamError(
              'suppression-expired',
              `the suppression of \`${one.vector}\` ended on ${one.until}`,
              'mend the finding, or extend it with a reason',
              one.place,
            )
          : new CofferdamError(
              'suppression-unused',
              `the suppression of \`${one.vector}\` matches no open finding`,
              'remove it, or correct its vector and target',
              one.place,
            ),
      );
  }

  #applyTo(finding: Finding, candidates: readonly Tracked[]): Finding {
    if (finding.verdict === 'blocked') return finding;
    const found = candidates.find((one) => one.vector === finding.vector && !this.#expired(one));
    if (found === undefined) return finding;
    found.used = true;
    const suppressed: Suppression = {
      reason: found.reason,
      place: found.place,
      ...(found.until !== undefined && { until: found.until }),
    };
    return { ...finding, suppressed };
  }

  #expired(one: ConfiguredSuppression): boolean {
    return one.until !== undefined && one.until < this.#today;
  }
}

function matches(pattern: string | undefined, id: string): boolean {
  if (pattern === undefined) return true;
  return pattern.endsWith('*') ? id.startsWith(pattern.slice(0, -1)) : pattern === id;
}

/** One comment may stand over several objects: it is used if any of them used it. */
function dedupe(inline: readonly Tracked[]): Tracked[] {
  const byPlace = new Map<string, Tracked>();
  for (const one of inline) {
    const key = `${one.place.path}:${one.place.line}:${one.vector}`;
    const other = byPlace.get(key);
    if (other === undefined || one.used) byPlace.set(key, one);
  }
  return [...byPlace.values()];
}
