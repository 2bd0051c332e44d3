import { beforeAll, describe, expect, it } from 'vitest';
import { inFolder } from '../../test/files.ts';
import { type Past, PastJudge } from '../past/index.ts';
import type { Changes } from './changes.ts';
import { answerOn, type PathsAnswer } from './index.ts';
import { type JudgedRun, judgeRun } from './judge.ts';
import { isConfigured } from './path-graph.ts';
import { randomStack, sessionOn } from './testing/stacks.ts';

const STACKS = 200;

/** No history: what changes can cut are the configured ways, and those do not ask for it. */
const NO_PAST: Past = {
  judge: new PastJudge([], { collected: '2026-01-01', today: new Date('2026-06-01') }),
  entries: [],
  problems: [],
};

/** All stacks judged in one run, each a folder; then taken apart again. */
const runs = new Map<string, JudgedRun>();
beforeAll(async () => {
  const seeds = Array.from({ length: STACKS }, (_, i) => i + 1);
  const files = Object.fromEntries(seeds.map((seed) => [`${seed}/compose.yaml`, randomStack(seed)]));
  const whole = await inFolder(files, (folder) => judgeRun(['.'], { ...sessionOn(''), cwd: folder }, NO_PAST));
  for (const object of whole.objects) {
    const [seed = ''] = object.result.id.split('/', 1);
    const run = runs.get(seed);
    runs.set(seed, { ...whole, objects: [...(run?.objects ?? []), object] });
  }
}, 600_000);

const answerOf = (seed: number): Promise<PathsAnswer> =>
  answerOn(runs.get(String(seed)) as JudgedRun, { from: [], to: [], count: 1, whatIf: [] });

/** Assets that are reached by what is configured after these changes, by going round until nothing is new. */
function slowlyReached({ paths, changes, document }: PathsAnswer, made: ReadonlySet<number>): string[] {
  const { graph, steps } = paths;
  const held = new Set(document.entries.map(({ id }) => paths.numberOf(id)));
  for (let before = -1; before !== held.size; ) {
    before = held.size;
    for (let step = 0; step < graph.steps; step++) {
      const conditions = [...graph.conditions.subarray(graph.conditionsFrom[step], graph.conditionsFrom[step + 1])];
      const gone = (changes.closing.get(step) ?? []).some((set) => set.every((change) => made.has(change)));
      if (!gone && isConfigured(steps[step] as (typeof steps)[number]) && conditions.every((state) => held.has(state)))
        held.add(graph.result[step]);
    }
  }
  return document.assets.map(({ id }) => id).filter((id) => held.has(paths.numberOf(id)));
}

/** Changes that take out a configured step: no other can matter. */
function relevant({ paths, changes }: PathsAnswer): Changes['all'] {
  const numbers = new Set<number>();
  for (const [step, sets] of changes.closing)
    if (isConfigured(paths.steps[step] as PathsAnswer['paths']['steps'][number]))
      for (const set of sets) for (const one of set) numbers.add(one);
  return changes.all.filter(({ number }) => numbers.has(number));
}

/** Whether some set of less than this trouble leaves as little, by trying all. */
function cheaperExists(answer: PathsAnswer, limit: number, uncut: number): boolean {
  const all = relevant(answer);
  const tryFrom = (at: number, left: number, made: Set<number>): boolean => {
    if (slowlyReached(answer, made).length <= uncut) return true;
    for (let i = at; i < all.length; i++) {
      const { number, cost } = all[i] as Changes['all'][number];
      if (cost > left) continue;
      made.add(number);
      if (tryFrom(i + 1, left - cost, made)) return true;
      made.delete(number);
    }
    return false;
  };
  return tryFrom(0, limit - 1, new Set());
}

const numbersOf = (changes: readonly { readonly id: string }[]) => changes.map(({ id }) => Number(id.slice(1)) - 1);

describe(`the least that cuts all ways, on ${STACKS} random stacks`, () => {
  it('leaves none, every change of it is needed, and no cheaper set does', async () => {
    let [cut, tried] = [0, 0];
    for (let seed = 1; seed <= STACKS; seed++) {
      const answer = await answerOf(seed);
      const { controls } = answer.document;
      if (controls === null) throw new Error(`seed ${seed}: no asset`);
      expect(controls.proven, `seed ${seed}`).toBe(true);
      const uncut = controls.uncut.map(({ asset }) => asset.id);
      const made = numbersOf(controls.changes);
      expect(slowlyReached(answer, new Set(made)), `seed ${seed}`).toEqual(uncut);
      for (const one of made) {
        const without = new Set(made.filter((other) => other !== one));
        expect(slowlyReached(answer, without).length, `seed ${seed} without C${one + 1}`).toBeGreaterThan(uncut.length);
      }
      if (made.length > 0) cut++;
      if (made.length === 0 || controls.cost > 3) continue;
      tried++;
      expect(cheaperExists(answer, controls.cost, uncut.length), `seed ${seed}`).toBe(false);
    }
    expect(cut).toBeGreaterThan(STACKS / 3);
    expect(tried).toBeGreaterThan(STACKS / 3);
  }, 600_000);

  it('is the same in every run', async () => {
    for (const seed of [3, 7]) {
      const [one, other] = [await answerOf(seed), await answerOf(seed)];
      expect(JSON.stringify(one.document)).toBe(JSON.stringify(other.document));
    }
  });
});
