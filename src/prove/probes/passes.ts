import type { PassesProbe } from '../../vectors/index.ts';
import { askFilter } from '../filter-question.ts';
import type { Observation, Stage } from '../observation.ts';
import { existsOn } from './attempt-child.ts';
import { blocked, open, unknown } from './told.ts';

export async function observePasses(probe: PassesProbe, stage: Stage): Promise<Observation> {
  const some = await passesSome(probe, stage);
  if (!probe.none || some.verdict === 'unknown') return some;
  // That it is let through is no refusal of anybody.
  return some.verdict === 'open' ? blocked(null, ...some.evidence) : open(...some.evidence);
}

async function passesSome({ calls, effects }: PassesProbe, stage: Stage): Promise<Observation> {
  const evidence: string[] = [];
  const whys: string[] = [];
  for (const asked of calls) {
    if (!existsOn(stage.sandbox.hello.arch, asked)) continue;
    const told = await askFilter(stage, asked, effects);
    if (told.answer === 'passes') return open(...told.evidence);
    evidence.push(...told.evidence);
    if (told.answer === 'untold') whys.push(told.why);
  }
  if (evidence.length === 0) return blocked('kernel', 'this architecture has none of the calls');
  return whys.length === 0 ? blocked('seccomp', ...evidence) : unknown([...new Set(whys)].join('; '), ...evidence);
}
