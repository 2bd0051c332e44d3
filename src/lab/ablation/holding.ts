import { MECHANISMS, type Mechanism } from '../../model/index.ts';
import type { Ablation, AblationStep } from '../study.ts';
import type { Predicted, Proven } from './bench.ts';
import type { Tried } from './ends.ts';
import { ESCALATION, GROUPS } from './mechanisms.data.ts';

type Verdict = 'open' | 'blocked' | 'unknown';

export function countsOf(proven: Proven): Ablation['whole'] {
  const counts = { open: 0, blocked: 0, unknown: 0 };
  for (const { proof } of proven.values()) counts[proof.verdict as Verdict]++;
  return counts;
}

/** By mechanism what only it holds, and what others hold as well or with it, of what is blocked by model and kernel. */
export function holdingOf({ predicted, proven }: Tried): Ablation['mechanisms'] {
  const blocked = [...predicted].filter(
    ([vector, { verdict }]) => verdict === 'blocked' && proven.get(vector)?.proof.verdict === 'blocked',
  );
  return MECHANISMS.flatMap((mechanism) => {
    const held = blocked.filter(([, { heldBy }]) => heldBy.some((set) => set.includes(mechanism)));
    const isAlone = ([, { heldBy }]: (typeof held)[number]): boolean => heldBy.length === 1 && heldBy[0]?.length === 1;
    const ids = (some: typeof held): string[] => some.map(([vector]) => vector).sort();
    if (held.length === 0) return [];
    return [{ mechanism, alone: ids(held.filter(isAlone)), shared: ids(held.filter((one) => !isAlone(one))) }];
  });
}

/** What the groups of mechanisms do against vectors of privilege escalation: by the model, and as far as it was tried. */
export function groupsOf(profile: string, predicted: Predicted, steps: readonly AblationStep[]): Ablation['groups'] {
  const isMeant = (vector: string): boolean => ESCALATION.includes(predicted.get(vector)?.vector.goal ?? '');
  return GROUPS.map(({ group, mechanisms }) => {
    const ofGroup = (name: string | undefined): boolean => mechanisms.includes(name as Mechanism);
    const single = steps.filter(
      (step) => step.profile === profile && step.mechanisms.length === 1 && ofGroup(step.mechanisms[0]),
    );
    const holds = [...predicted].filter(
      ([vector, { heldBy }]) => isMeant(vector) && heldBy.some((set) => set.some(ofGroup)),
    );
    const count = (kind: AblationStep['kind'], which: 'opened' | 'closed'): number =>
      new Set(single.filter((step) => step.kind === kind).flatMap((step) => step[which].filter(isMeant))).size;
    return {
      profile,
      group,
      mechanisms: [...mechanisms],
      holds: holds.length,
      opensWithout: count('without', 'opened'),
      closesAlone: count('with', 'closed'),
    };
  });
}
