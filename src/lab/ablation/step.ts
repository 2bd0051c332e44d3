import { MECHANISMS } from '../../model/index.ts';
import { CofferdamError } from '../../posture/index.ts';
import type { AblationStep } from '../study.ts';
import type { Bench, Proven } from './bench.ts';
import { compareWithDepth } from './depth.ts';
import type { Ends } from './ends.ts';
import { OUT_OF_REACH } from './mechanisms.data.ts';
import { wholeOf } from './mechanisms.ts';
import type { Planned } from './plan.ts';

const NOTHING_TOLD = { opened: [], closed: [], agrees: [], disagrees: [], untold: [] };

/** What a configuration that was tried shows beside the one that it comes from. */
export async function stepOf(
  { kind, start, mechanisms, config }: Planned,
  result: Proven | CofferdamError,
  { whole, nothing }: Ends,
  bench: Bench,
): Promise<AblationStep> {
  const head = { kind, profile: start.profile, mechanisms: mechanisms.map(({ name }) => name) };
  if (result instanceof CofferdamError) return { ...head, ...NOTHING_TOLD, state: 'failed', why: result.message };
  const before = (kind === 'without' ? whole : nothing).proven;
  const told =
    kind === 'without'
      ? await compareWithDepth(bench, whole, { config, left: mechanisms, proven: result })
      : { agrees: [], disagrees: againstModel(result), untold: [], whyUntold: {} };
  const opened = turned(before, result, 'blocked', 'open');
  const closed = turned(before, result, 'open', 'blocked');
  return { ...head, opened, closed, ...told, state: 'measured' };
}

function turned(before: Proven, after: Proven, from: 'open' | 'blocked', to: 'open' | 'blocked'): string[] {
  return [...after]
    .filter(([vector, { proof }]) => proof.verdict === to && before.get(vector)?.proof.verdict === from)
    .map(([vector]) => vector)
    .sort();
}

/** Depth says nothing of what is added to nothing; the model's verdict on it as it stands does. */
function againstModel(result: Proven): AblationStep['disagrees'] {
  return [...result.values()]
    .filter(({ proof }) => proof.agrees === false)
    .map(({ vector, predicted, proof }) => ({
      vector,
      predicted,
      proven: proof.verdict,
      why: `seen: ${proof.evidence.at(-1) ?? 'nothing'}`,
    }));
}

/** Mechanisms that hold something of the start alone, or are asked for by name, and that no edit of its configuration leaves out. */
export function outOfReach({ start, whole }: Ends): readonly AblationStep[] {
  const alone = new Set(
    [...whole.predicted.values()].flatMap(({ heldBy }) => heldBy.filter((set) => set.length === 1)).flat(),
  );
  return MECHANISMS.flatMap((mechanism): AblationStep[] => {
    const why = OUT_OF_REACH[mechanism] ?? absent(mechanism, { start, whole });
    const asked = alone.has(mechanism) || mechanism === 'lsm';
    if (why === undefined || !asked) return [];
    const untold = [...whole.predicted].filter(([, { heldBy }]) =>
      heldBy.some((set) => set.length === 1 && set[0] === mechanism),
    );
    const head = { kind: 'without' as const, profile: start.profile, mechanisms: [mechanism] };
    return [{ ...head, ...NOTHING_TOLD, untold: untold.map(([vector]) => vector).sort(), state: 'failed', why }];
  });
}

function absent(mechanism: (typeof MECHANISMS)[number], { start }: Pick<Ends, 'start' | 'whole'>): string | undefined {
  const whole = wholeOf(mechanism);
  if (whole === undefined || start.has(whole)) return undefined;
  return mechanism === 'lsm' ? 'no security module confines anything on this machine' : 'the start has nothing of it';
}
