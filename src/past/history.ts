import type { Assembled } from '../check/index.ts';
import type { Entry, Family, Gain } from './entry.ts';
import type { PastJudge } from './judge.ts';

/** What must be found before a blocked step can be taken. */
export type StepClass = 'kernel-bug' | 'runtime-bug' | 'engine-bug' | 'orchestrator-bug' | 'hypervisor-bug';

const FAMILIES_OF: Readonly<Record<StepClass, readonly Family[]>> = {
  'kernel-bug': ['kernel'],
  'runtime-bug': ['runtime'],
  'engine-bug': ['engine'],
  'orchestrator-bug': ['orchestrator'],
  // What stands between the container and the host's kernel, whichever of the two it is.
  'hypervisor-bug': ['hypervisor', 'user-space-kernel'],
};

/** Gains that lead out of the container: others are no step on a path. */
const LEADS_OUT: ReadonlySet<Gain> = new Set([
  'root-on-host',
  'container-escape',
  'host-file-write',
  'guest-to-host',
  'cluster-takeover',
]);

/** What history says of flaws of a class: how many would have served on this posture, whatever the releases in use are. */
export interface History {
  /** Every condition holds. */
  readonly open: number;
  /** Not known whether every condition holds. */
  readonly unknown: number;
  /** Years that the records of the class span. */
  readonly years: number;
  /** Open ones a year: the price of waiting for the next. */
  readonly perYear: number;
  /** Of the open ones those whose record is of low confidence. */
  readonly lowConfidence: number;
}

/**
 * The price of a blocked step from history. Releases are left out on purpose: the flaws to come are not mended yet, and the past
 * ones tell how many of them this posture would have met.
 */
export function historyOf(
  judge: PastJudge,
  assembled: Pick<Assembled, 'posture' | 'engine'>,
  step: StepClass,
): History {
  const ofClass = judge.applying(assembled, (entry) => FAMILIES_OF[step].includes(entry.family) && leadsOut(entry));
  const open = ofClass.filter((one) => one.open);
  const years = spanOf(judge.entries.filter((entry) => FAMILIES_OF[step].includes(entry.family)));
  return {
    open: open.length,
    unknown: ofClass.length - open.length,
    years,
    perYear: years === 0 ? 0 : open.length / years,
    lowConfidence: open.filter(({ entry }) => entry.confidence === 'low').length,
  };
}

function leadsOut({ gain }: Entry): boolean {
  return LEADS_OUT.has(gain);
}

function spanOf(entries: readonly Entry[]): number {
  if (entries.length === 0) return 0;
  const years = entries.map((entry) => entry.year);
  return Math.max(...years) - Math.min(...years) + 1;
}
