import type { Mechanism } from '../model/index.ts';
import type { History, StepClass } from '../past/index.ts';
import { CofferdamError } from '../posture/index.ts';
import { nearest } from '../readers/nearest.ts';
import { COSTS, type CostName, type Costs } from './costs.data.ts';
import type { Price } from './path-graph.ts';
import type { Need } from './step.ts';

/** Whose flaw lets a mechanism fail. What the configuration itself is responsible for fails by a flaw of what enforces it. */
const CLASS_OF: Readonly<Partial<Record<Mechanism, StepClass>>> = {
  hypervisor: 'hypervisor-bug',
  'user-space-kernel': 'hypervisor-bug',
  daemon: 'engine-bug',
  image: 'engine-bug',
  registry: 'engine-bug',
  runtime: 'runtime-bug',
  orchestrator: 'orchestrator-bug',
  'network-policy': 'orchestrator-bug',
};

/** Everything else the kernel enforces. */
function classOf(mechanism: Mechanism): StepClass {
  return CLASS_OF[mechanism] ?? 'kernel-bug';
}

/** The costs with those that the user sets. */
export function costsWith(own: Readonly<Record<string, number>>): Costs {
  const costs: Record<CostName, number> = { ...COSTS };
  for (const [name, value] of Object.entries(own)) {
    if (!(name in COSTS)) throw unknownCost(name);
    if (!Number.isInteger(value) || value < 0 || value > 1_000_000)
      throw new CofferdamError(
        'costs',
        `cost \`${name}: ${value}\` is not a whole number from 0`,
        'write 0 to 1000000',
      );
    costs[name as CostName] = value;
  }
  if (costs['flaw-least'] > costs['flaw-most'])
    throw new CofferdamError(
      'costs',
      `flaw-least (${costs['flaw-least']}) is more than flaw-most (${costs['flaw-most']})`,
      'set both in `paths: { costs: … }`',
    );
  return costs;
}

function unknownCost(name: string): CofferdamError {
  const names = Object.keys(COSTS);
  const meant = nearest(name, names);
  return new CofferdamError(
    'costs',
    `there is no cost \`${name}\``,
    meant === undefined ? `costs are: ${names.join(', ')}` : `did you mean \`${meant}\`?`,
  );
}

/** The price of the next flaw of a class on one posture: the longer history makes one wait, the dearer. */
export function flawPrice(costs: Costs, { perYear }: Pick<History, 'perYear'>): number {
  if (perYear === 0) return costs['flaw-most'];
  return Math.min(costs['flaw-most'], costs['flaw-least'] + Math.round(costs['flaw-year'] / perYear));
}

export type FlawPrices = Readonly<Record<StepClass, number>>;

/** The cheapest of several sets of mechanisms that must fail: each class once, and something for every further mechanism. */
export function failurePrice(
  costs: Costs,
  prices: FlawPrices,
  heldBy: readonly (readonly Mechanism[])[],
): { readonly price: readonly Price[]; readonly mechanisms: readonly Mechanism[] } {
  let best: { cost: number; price: readonly Price[]; mechanisms: readonly Mechanism[] } | undefined;
  for (const mechanisms of heldBy) {
    const price: Price[] = [...new Set(mechanisms.map(classOf))].map((name) => ({ name, cost: prices[name] }));
    if (mechanisms.length > 1)
      price.push({ name: 'further-mechanism', cost: costs['further-mechanism'] * (mechanisms.length - 1) });
    const cost = price.reduce((sum, part) => sum + part.cost, 0);
    if (best === undefined || cost < best.cost) best = { cost, price, mechanisms };
  }
  return best ?? { price: [{ name: 'flaw-most', cost: costs['flaw-most'] }], mechanisms: [] };
}

export function needPrice(costs: Costs, prices: FlawPrices, need: Need): number {
  return need === 'application-flaw' || need === 'user-action' ? costs[need] : prices[need];
}
