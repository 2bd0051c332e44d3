import type { Finding, TargetResult } from '../check/result.ts';
import type { Plan, Step } from './steps.ts';

/** What many objects have in common is said once: mostly what an engine's defaults leave open in every container. */
export interface Shared {
  readonly steps: readonly SharedStep[];
  readonly without: readonly SharedFinding[];
  /** What each object has of its own. */
  readonly own: ReadonlyMap<TargetResult, Plan>;
}

export interface SharedStep {
  readonly step: Step;
  readonly targets: readonly TargetResult[];
}

interface SharedFinding {
  readonly finding: Finding;
  readonly targets: readonly TargetResult[];
}

/** Fewer are better read in place. */
const FEWEST = 3;

export function shareOf(plans: ReadonlyMap<TargetResult, Plan>): Shared {
  const steps = new Map<string, { step: Step; targets: TargetResult[] }>();
  const without = new Map<string, { finding: Finding; targets: TargetResult[] }>();
  for (const [target, plan] of plans) {
    for (const step of plan.steps.filter(isAddition))
      entry(steps, stepKey(step, target), { step, targets: [] }).targets.push(target);
    for (const finding of plan.without.filter(isLesser))
      entry(without, finding.vector, { finding, targets: [] }).targets.push(target);
  }
  const isShared = ({ targets }: { targets: readonly TargetResult[] } = { targets: [] }) => targets.length >= FEWEST;
  const own = new Map<TargetResult, Plan>();
  for (const [target, plan] of plans) {
    own.set(target, {
      ...plan,
      steps: plan.steps.filter((step) => !isShared(steps.get(stepKey(step, target)))),
      without: plan.without.filter((finding) => !isShared(without.get(finding.vector))),
    });
  }
  return { steps: [...steps.values()].filter(isShared), without: [...without.values()].filter(isShared), own };
}

/** A grave finding is shown with its object, and so is what a statement of that object opened. */
function isAddition(step: Step): boolean {
  return step.fix.places.every((place) => place === null) && step.closes.every(isLesser);
}

function isLesser(finding: Finding): boolean {
  return finding.severity === 'medium' || finding.severity === 'low';
}

/** The same change in the same language, with the same effect. */
function stepKey(step: Step, target: TargetResult): string {
  return [target.artifact, ...step.fix.changes, '', ...step.closes.map((finding) => finding.vector)].join('\n');
}

function entry<T>(map: Map<string, T>, key: string, fresh: T): T {
  const found = map.get(key) ?? fresh;
  map.set(key, found);
  return found;
}
