import { check, openSession, type ResultDocument, type SessionOptions } from '../check/index.ts';
import { loadPast, type Past } from '../past/index.ts';
import type { SystemObject } from '../threats/index.ts';
import type { Goal } from '../vectors/index.ts';
import type { Judged } from './build.ts';
import type { Costs } from './costs.data.ts';
import { costsWith } from './costs.ts';
import { type Flaws, flawsOf } from './flaws.ts';

/** Everything of a run that paths are made from. */
export interface JudgedRun {
  readonly objects: readonly (Judged & { readonly object: SystemObject })[];
  readonly goalOf: (vector: string) => Goal | undefined;
  readonly costs: Costs;
  readonly result: Pick<ResultDocument, 'tool' | 'errors' | 'skipped'>;
}

/** The targets judged once, with their postures and with what flaws cost on each. */
export async function judgeRun(targets: readonly string[], session: SessionOptions, loaded?: Past): Promise<JudgedRun> {
  const costs = costsWith(session.config.pathCosts ?? {});
  const past = loaded ?? (await loadPast(session.config, session.today));
  const seen: { readonly object: SystemObject; readonly flaws: Flaws | undefined }[] = [];
  const { read, checkOptions } = await openSession(targets, {
    ...session,
    past: {
      // The place at which an object is at hand with its posture, before it is judged.
      judge: (subject, assembled) => {
        seen.push({ object: { ...assembled, subject }, flaws: flawsOf(past, costs, subject, assembled) });
        return undefined;
      },
      problems: past.problems,
    },
  });
  const result = await check(read, checkOptions);
  const goals = new Map(checkOptions.catalogue.vectors.map(({ vector }) => [vector.id, vector.goal]));
  const objects = result.targets.map((target, i) => {
    const { object, flaws } = seen[i] as (typeof seen)[number];
    return { result: target, assembled: object, flaws, object };
  });
  return { objects, goalOf: (vector) => goals.get(vector), costs, result };
}
