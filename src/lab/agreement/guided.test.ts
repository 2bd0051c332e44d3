import { beforeAll, expect, test } from 'vitest';
import { bareSession } from '../../check/testing/session.ts';
import { MACHINE } from '../../live/index.ts';
import { CofferdamError } from '../../posture/index.ts';
import type { OciConfig } from '../../runtimes/index.ts';
import { sampler } from './configurations.ts';
import { Deciders, Results } from './decisive.ts';
import { guidedSampler } from './guided.ts';
import { hereOf } from './here.ts';
import { Postures } from './postures.ts';

const HERE = hereOf(MACHINE, 'x86_64');
const SEED = 3;
const COUNT = 5;

const OPTIONS = bareSession();

let postures: Postures;
let guided: readonly OciConfig[];

beforeAll(async () => {
  postures = await Postures.open(OPTIONS);
  const sample = await guidedSampler(HERE, SEED, OPTIONS);
  guided = await Promise.all(Array.from({ length: COUNT }, (_, index) => sample(index)));
}, 60_000);

/** How many gates decide somewhere, each answer by itself. */
async function decided(configs: readonly OciConfig[]): Promise<number> {
  const deciders = new Deciders(postures.options.catalogue);
  const seen = new Set<string>();
  for (const config of configs) {
    const posture = await postures.of(config);
    if (posture instanceof CofferdamError) throw posture;
    for (const { gate, answer } of deciders.of(new Results(posture, new Map()))) seen.add(`${gate.id} ${answer}`);
  }
  return seen.size;
}

test('the same seed makes the same, in whichever order it is asked', async () => {
  const again = await guidedSampler(HERE, SEED, OPTIONS);
  expect(await again(2)).toEqual(guided[2]);
  expect(await again(0)).toEqual(guided[0]);
});

test('more gates decide than in configurations that are drawn', async () => {
  const draw = await sampler(HERE, SEED);
  const drawn = Array.from({ length: COUNT }, (_, index) => draw(index));
  expect(await decided(guided)).toBeGreaterThan((await decided(drawn)) * 1.1);
});
