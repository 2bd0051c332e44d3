import { describe, expect, it } from 'vitest';
import { CofferdamError } from '../posture/index.ts';
import { COSTS } from './costs.data.ts';
import { costsWith, type FlawPrices, failurePrice, flawPrice } from './costs.ts';

const PRICES: FlawPrices = {
  'kernel-bug': 22,
  'runtime-bug': 30,
  'engine-bug': 40,
  'orchestrator-bug': 50,
  'hypervisor-bug': 100,
};

describe('the price of a new flaw', () => {
  it('falls the more often history had one', () => {
    const prices = [0, 0.1, 0.5, 1, 10].map((perYear) => flawPrice(COSTS, { perYear }));
    expect(prices).toEqual([100, 100, 40, 30, 21]);
  });
});

describe('the price of what must fail', () => {
  it.each([
    { heldBy: [['seccomp']], cost: 22 },
    { heldBy: [['seccomp', 'capability']], cost: 27 },
    { heldBy: [['hypervisor'], ['seccomp', 'lsm', 'capability']], cost: 32 },
    { heldBy: [['seccomp', 'daemon']], cost: 67 },
  ] as const)('$heldBy: $cost', ({ heldBy, cost }) => {
    const { price } = failurePrice(COSTS, PRICES, heldBy);
    expect(price.reduce((sum, part) => sum + part.cost, 0)).toBe(cost);
  });
});

describe('costs of the user', () => {
  it('take the place of the usual ones', () => {
    expect(costsWith({ 'application-flaw': 15 })).toEqual({ ...COSTS, 'application-flaw': 15 });
  });

  it.each([
    [{ 'aplication-flaw': 1 }, /did you mean|no cost/],
    [{ unknown: -1 }, /whole number/],
    [{ unknown: 1.5 }, /whole number/],
    [{ 'flaw-least': 200 }, /more than flaw-most/],
  ])('%j is refused', (own, message) => {
    expect(() => costsWith(own)).toThrow(CofferdamError);
    expect(() => costsWith(own)).toThrow(message);
  });
});
