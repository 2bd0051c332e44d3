/**
 * Past vulnerabilities of kernels, runtimes, engines, orchestrators and hypervisors, whose preconditions are gates of the model: which
 * of them a posture would have exposed, and what stops the others. The records lie in `data/`, the vocabulary of their conditions in
 * `preconditions.data.ts`; own ones come from YAML (`own.ts`); `history.ts` prices a blocked step by them.
 */
import type { Config } from '../check/index.ts';
import type { CofferdamError } from '../posture/index.ts';
import { entryOf } from './compile.ts';
import type { Entry } from './entry.ts';
import { PastJudge } from './judge.ts';

export type { Entry, PastVulnerability } from './entry.ts';
export { type History, historyOf, type StepClass } from './history.ts';
export { PastJudge } from './judge.ts';

export interface Past {
  readonly judge: PastJudge;
  readonly entries: readonly Entry[];
  /** What is wrong with the user's own files. */
  readonly problems: readonly CofferdamError[];
}

/** The records that ship, and those that the configuration adds, ready to judge. */
export async function loadPast(config: Pick<Config, 'past'>, today: Date): Promise<Past> {
  const { COLLECTED, VULNERABILITIES } = await import('./vulnerabilities.data.ts');
  const shipped = VULNERABILITIES.map(entryOf);
  const own = config.past.length === 0 ? NOTHING : (await import('./own.ts')).ownPast(config, idsOf(shipped));
  const entries = [...shipped, ...own.entries];
  return { judge: new PastJudge(entries, { collected: COLLECTED, today }), entries, problems: own.problems };
}

const NOTHING = { entries: [], problems: [] };

function idsOf(entries: readonly Entry[]): ReadonlySet<string> {
  return new Set(entries.map((entry) => entry.id));
}
