/**
 * Random OCI configurations for the comparison of model and kernel, weighted to where mechanisms overlap: half are an engine's default
 * with one to four changes, a quarter a privileged container with something taken away, a quarter anything at all. Each can be
 * started on the machine that `Here` tells of, and leaves it as it was.
 */
import fc from 'fast-check';
import type { EngineAtVersion } from '../../engines/index.ts';
import type { OciConfig } from '../../runtimes/index.ts';
import { BARE, engineBase, engineFilters, loadEngines, privilegedBase } from './bases.ts';
import { borders } from './borders.ts';
import { dimensions } from './changes.ts';
import { type Change, configOf, type Draft } from './draft.ts';
import type { Here } from './here.ts';
import { mixed } from './random.ts';
import { settled } from './settle.ts';

/** Drafts that can be started, and changes to them, each by a number of its own. */
export interface Generator {
  readonly draft: (number: number) => Draft;
  readonly change: (number: number) => Change;
}

export async function generator(here: Here): Promise<Generator> {
  const engines = await loadEngines();
  const change = fc.noBias(
    fc.oneof(...Object.values(dimensions(here, engineFilters(engines, here))), borders(here), borders(here)),
  );
  const draft = fc.noBias(drafts(engines, here).map((one) => settled(one, here)));
  return { draft: (number) => drawn(draft, number), change: (number) => drawn(change, number) };
}

function drawn<T>(arbitrary: fc.Arbitrary<T>, seed: number): T {
  const [one] = fc.sample(arbitrary, { seed, numRuns: 1 });
  if (one === undefined) throw new RangeError('nothing was drawn');
  return one;
}

function drafts(engines: readonly EngineAtVersion[], here: Here): fc.Arbitrary<Draft> {
  const all = dimensions(here, engineFilters(engines, here));
  const engine = fc.constantFrom(...engines.map((one) => engineBase(one, here)));
  const change = fc.oneof(
    { weight: 3, arbitrary: fc.oneof(...Object.values(all)) },
    { weight: 2, arbitrary: borders(here) },
  );
  const few = fc.array(change, { minLength: 1, maxLength: 4 });
  const less = Object.entries(all).flatMap(([name, arbitrary]) => (TAKING_AWAY.has(name) ? [arbitrary] : []));
  const minus = fc.oneof({ weight: 3, arbitrary: fc.oneof(...less) }, { weight: 1, arbitrary: borders(here) });
  const each = Object.entries(all).map(([name, arbitrary]) =>
    fc.oneof({ weight: SELDOM.has(name) ? 1 : 3, arbitrary }, { weight: 1, arbitrary: fc.constant(AS_IT_IS) }),
  );
  const random = fc.tuple(fc.tuple(...each), fc.array(borders(here), { maxLength: 1 }));
  return fc.oneof(
    { weight: 2, arbitrary: fc.tuple(engine, few).map(([base, changes]) => changed(base, changes)) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(engine, fc.array(minus, { minLength: 1, maxLength: 4 }))
        .map(([base, changes]) => changed(privilegedBase(base, here), changes)),
    },
    { weight: 1, arbitrary: random.map(([all, more]) => changed(BARE, [...all, ...more])) },
  );
}

/** What is left of a privileged container is of more interest than what is added to it. */
const TAKING_AWAY: ReadonlySet<string> = new Set([
  'namespaces',
  'maps',
  'user',
  'capabilities',
  'noNewPrivileges',
  'filter',
  'filterEdits',
  'mountOptions',
  'maskedPaths',
  'readonlyPaths',
  'deviceRules',
  'root',
]);
/** Makes a user namespace, beside which much else is not possible. */
const SELDOM: ReadonlySet<string> = new Set(['maps']);
const AS_IT_IS: Change = (draft) => draft;

function changed(base: Draft, changes: readonly Change[]): Draft {
  return changes.reduce((draft, change) => change(draft), base);
}

/** A configuration by its number: the same for the same seed and number. */
export type Sampler = (index: number) => OciConfig;

/** Configurations that can be started on the machine that `here` tells of. */
export async function sampler(here: Here, seed: number): Promise<Sampler> {
  const { draft } = await generator(here);
  return (index) => configOf(draft(mixed(seed, index)), here.disk);
}
