import type { z } from 'zod';
import { CofferdamError } from '../posture/index.ts';
import { openHost } from '../prove/index.ts';
import type { Runtime } from '../runtimes/index.ts';
import { runAblation } from './ablation/index.ts';
import { measurePrices } from './cost/prices.ts';
import { requestsOf } from './cost/starting.ts';
import { measureExposure } from './exposure/exposure.ts';
import { measureLeaks } from './leaks/leaks.ts';
import { measureMatrix } from './matrix/index.ts';
import { measureNeighbours } from './neighbour/neighbours.ts';
import type { Part, PartContext, PartName } from './parts.ts';
import { row, type Study, study } from './study.ts';

/** How each part of a study is measured. */
export const MEASURES: Readonly<Record<PartName, Part>> = {
  matrix,
  ablation,
  leaks,
  exposure,
  neighbours,
  cost: async ({ session, runtimes, deadline, seed, progress, log }) => ({
    prices: await kept(
      log,
      'prices',
      study.shape.prices,
      () => measurePrices(runtimes, { deadline, seed, progress, requestOf: requestsOf(session) }),
      deadline,
    ),
  }),
};

/** Of an earlier run, or measured and kept. What was cut short by the budget is not the whole, and is measured anew another time. */
async function kept<T>(
  log: PartContext['log'],
  name: string,
  shape: z.ZodType<T>,
  measure: () => Promise<T>,
  deadline = Number.POSITIVE_INFINITY,
): Promise<T> {
  const known = log.get(name, 'all', shape);
  if (known !== undefined) return known;
  const value = await measure();
  if (Date.now() < deadline) log.add(name, 'all', value);
  return value;
}

async function matrix({ session, runtimes, profiles, only, deadline, log, progress }: PartContext) {
  const rows = await measureMatrix(session, {
    ...{ runtimes, profiles, only, deadline, progress },
    known: (runtime, profile) => log.get('row', `${runtime} ${profile}`, row),
    // What failed may not fail again.
    keep: (one) => {
      if (one.state === 'measured') log.add('row', `${one.runtime} ${one.profile}`, one);
    },
  });
  const skipped = rows.filter(({ state }) => state === 'skipped');
  const names = skipped.map(({ runtime, profile }) => `${runtime} ${profile}`);
  return { rows: [...rows], notes: skipped.length === 0 ? [] : [leftOut('matrix', names)] };
}

async function ablation({ session, deadline, progress, log }: PartContext): Promise<Partial<Study>> {
  const measure = () => runAblation(session, { deadline, progress });
  const found = await kept(log, 'ablation', study.shape.ablation, measure, deadline);
  return { ablation: found, notes: found?.notes.map((note) => `ablation: ${note}`) ?? [] };
}

const leftOut = (part: string, names: readonly string[]): string =>
  `${part}: left out, the budget was used up: ${names.join(', ')}`;

/** Of every runtime under the first profile that was asked for: two sandboxes each. */
async function leaks(context: PartContext): Promise<Partial<Study>> {
  const host = await openHost();
  const given = { requestOf: requestsOf(context.session), host: host.session };
  const found: Study['leaks'] = [];
  try {
    const notes = await ofEach(context, 'leaks', async (runtime, profile) => {
      const leaking = (): Promise<Study['leaks']> => measureLeaks(runtime, profile, given);
      found.push(...(await kept(context.log, `leaks ${runtime.name} ${profile.name}`, study.shape.leaks, leaking)));
    });
    return { leaks: found, notes };
  } finally {
    await host.close();
  }
}

/** The same, laid over the rows of the matrix. */
async function exposure(context: PartContext): Promise<Partial<Study>> {
  const rows = [...context.study.rows];
  const notes = await ofEach(context, 'exposure', async (runtime, profile) => {
    const at = rows.findIndex((one) => one.runtime === runtime.name && one.profile === profile.name);
    const exposed = rows[at];
    if (exposed === undefined) return;
    rows[at] = { ...exposed, exposure: await measureExposure(runtime, profile, requestsOf(context.session)) };
  });
  return { rows, notes };
}

/** What fails, and what there was no time for, as notes. */
async function ofEach(
  { runtimes, profiles: [profile], deadline, progress }: PartContext,
  part: PartName,
  measure: (runtime: Runtime, profile: PartContext['profiles'][number]) => Promise<void>,
): Promise<string[]> {
  const usable = await usableOf(runtimes, profile);
  const notes: string[] = [];
  const late: string[] = [];
  for (const [i, runtime] of usable.entries()) {
    if (profile === undefined || Date.now() >= deadline) late.push(runtime.name);
    else {
      try {
        await measure(runtime, profile);
      } catch (error) {
        if (!(error instanceof CofferdamError) || error.code === 'lab-log') throw error;
        notes.push(`${part}: ${runtime.name}: ${error.message}`);
      }
    }
    progress(i + 1, usable.length);
  }
  return late.length === 0 ? notes : [...notes, leftOut(part, late)];
}

async function neighbours({ runtimes, profiles, session, deadline }: PartContext): Promise<Partial<Study>> {
  const usable = await usableOf(runtimes, profiles[0]);
  return measureNeighbours({ runtimes: usable, requestOf: requestsOf(session) }, { deadline });
}

async function usableOf(
  runtimes: readonly Runtime[],
  profile: PartContext['profiles'][number] | undefined,
): Promise<readonly Runtime[]> {
  if (profile === undefined) return [];
  const usable: Runtime[] = [];
  for (const runtime of runtimes) {
    if (runtime.expresses(profile) === true && (await runtime.available()).available) usable.push(runtime);
  }
  return usable;
}
