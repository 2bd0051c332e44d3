import type { CofferdamError } from '../posture/index.ts';
import type { ReadResult, Subject } from '../readers/index.ts';

/** What came of a look at something that runs: as of a reader. */
export interface LiveResult {
  readonly subjects: readonly Subject[];
  readonly problems: readonly CofferdamError[];
  readonly skipped: ReadResult['skipped'];
}

export function failedWith(problem: CofferdamError): LiveResult {
  return { subjects: [], problems: [problem], skipped: [] };
}
