/**
 * The price of each kind of virtualization on the same work: sandboxes are started one beside the other, then the same operations are
 * timed inside, in rounds over the runtimes in an order drawn anew each time, so that what the machine does beside falls on all alike.
 */
import { CofferdamError } from '../../posture/index.ts';
import type { Runtime } from '../../runtimes/index.ts';
import { PROFILES } from '../../runtimes/profiles.data.ts';
import { Random } from '../agreement/random.ts';
import { medianWithInterval } from '../statistics.ts';
import type { Price } from '../study.ts';
import { Crowd, messageOf } from './crowd.ts';
import { OPERATIONS, type Operation } from './operations.ts';
import type { RequestOf } from './starting.ts';
import { returned } from './timing.ts';

export interface PriceOptions {
  readonly requestOf: RequestOf;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  readonly seed: number;
  readonly progress: (done: number, all: number) => void;
}

/** More rounds make narrower intervals: sixteen leave four outside on each side. */
const ROUNDS = 16;
const [DEFAULT_PROFILE] = PROFILES;
/** Of the time, for starts; the rest is for rounds. */
const FOR_STARTS = 0.5;

export async function measurePrices(runtimes: readonly Runtime[], options: PriceOptions): Promise<Price[]> {
  const random = new Random(options.seed);
  const prices: Price[] = [];
  const crowds: Crowd[] = [];
  for (const runtime of runtimes) {
    const why = await reasonAgainst(runtime);
    if (why === undefined) crowds.push(new Crowd(runtime, await options.requestOf(runtime, DEFAULT_PROFILE)));
    else
      prices.push(
        ...NAMES.map(({ operation, unit }) => ({ ...{ runtime: runtime.name, operation, unit }, value: null, why })),
      );
  }
  try {
    await startAll(crowds, random, options);
    const ledgers = crowds.filter(({ first }) => first !== undefined).map((crowd) => new Ledger(crowd));
    await rounds(ledgers, random, options);
    return [...prices, ...crowds.flatMap((crowd) => [...crowd.prices(), ...inside(crowd, ledgers)])];
  } finally {
    await Promise.all(crowds.map((crowd) => crowd.close()));
  }
}

const NAMES: readonly Pick<Price, 'operation' | 'unit'>[] = [
  { operation: 'start', unit: 'ms' },
  { operation: 'memory', unit: 'KiB' },
  { operation: 'density', unit: 'count' },
  ...OPERATIONS.map(({ name, unit }) => ({ operation: name, unit })),
];

async function reasonAgainst(runtime: Runtime): Promise<string | undefined> {
  const found = await runtime.available();
  if (!found.available) return found.why;
  const expressed = runtime.expresses(DEFAULT_PROFILE);
  return expressed === true ? undefined : expressed;
}

async function startAll(crowds: readonly Crowd[], random: Random, { deadline, progress }: PriceOptions): Promise<void> {
  const begun = Date.now();
  const share = (FOR_STARTS * (deadline - begun)) / Math.max(1, crowds.length);
  for (let growing = crowds, round = 0; growing.length > 0; growing = crowds.filter(({ full }) => full === undefined)) {
    for (const crowd of shuffled(growing, random)) await crowd.grow(share);
    progress(Math.min(ROUNDS, ++round), 2 * ROUNDS);
  }
  await Promise.all(crowds.map((crowd) => crowd.disperse()));
}

async function rounds(ledgers: readonly Ledger[], random: Random, { deadline, progress }: PriceOptions): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    for (const ledger of shuffled(ledgers, random)) {
      for (const operation of shuffled(OPERATIONS, random)) {
        // One round there is, whatever the time.
        if (round > 0 && Date.now() >= deadline) return;
        await ledger.measure(operation);
      }
    }
    progress(ROUNDS + round + 1, 2 * ROUNDS);
  }
}

/** What was measured inside of one sandbox. */
class Ledger {
  readonly crowd: Crowd;
  readonly #values = new Map<string, number[]>();
  readonly #failures = new Map<string, string[]>();

  constructor(crowd: Crowd) {
    this.crowd = crowd;
  }

  async measure(operation: Operation): Promise<void> {
    const { first } = this.crowd;
    const failures = this.#failures.get(operation.name) ?? [];
    // What failed twice fails again.
    if (first === undefined || failures.length > 1) return;
    try {
      const nanoseconds = returned(
        await first.session.child((child) => operation.measure(child), { seconds: SECONDS }),
      );
      const values = this.#values.get(operation.name) ?? [];
      this.#values.set(operation.name, [...values, nanoseconds / NANOSECONDS[operation.unit]]);
    } catch (error) {
      if (!(error instanceof CofferdamError)) throw error;
      this.#failures.set(operation.name, [...failures, messageOf(error)]);
    }
  }

  price({ name, unit }: Operation): Price {
    const values = this.#values.get(name) ?? [];
    const price = { runtime: this.crowd.runtime.name, operation: name, unit };
    if (values.length > 0) return { ...price, value: medianWithInterval(values) };
    return { ...price, value: null, why: this.#failures.get(name)?.at(-1) ?? 'the time was used up' };
  }
}

/** No operation takes that long, not even in a machine that is emulated. */
const SECONDS = 4;
const NANOSECONDS = { ns: 1, us: 1e3, ms: 1e6, KiB: 1, count: 1 } as const;

function inside(crowd: Crowd, ledgers: readonly Ledger[]): readonly Price[] {
  const ledger = ledgers.find((one) => one.crowd === crowd);
  if (ledger !== undefined) return OPERATIONS.map((operation) => ledger.price(operation));
  const why = crowd.full ?? 'it was not started';
  return OPERATIONS.map(({ name, unit }) => ({ runtime: crowd.runtime.name, operation: name, unit, value: null, why }));
}

function shuffled<T>(items: readonly T[], random: Random): readonly T[] {
  return items
    .map((item) => ({ item, at: random.number() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
