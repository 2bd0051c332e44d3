import type { Because } from '../../check/index.ts';
import { MECHANISMS, type Mechanism } from '../../model/index.ts';
import type { OciConfig } from '../../runtimes/index.ts';
import type { Pair } from '../agreement/compare.ts';
import type { AblationStep } from '../study.ts';
import type { Bench, Proven } from './bench.ts';
import type { Tried } from './ends.ts';
import type { Removable } from './mechanisms.data.ts';
import { wholeOf } from './mechanisms.ts';

export interface Ablated {
  readonly config: OciConfig;
  readonly left: readonly Removable[];
  readonly proven: Proven;
}

type DepthResult = Pick<AblationStep, 'agrees' | 'disagrees' | 'untold'> & {
  readonly whyUntold: Record<string, string>;
};
type Sets = readonly (readonly Mechanism[])[];

/**
 * What the depth of the start says of it with some mechanisms left out: a vector opens if one of its smallest sets of mechanisms is among
 * them, and stays blocked if none is. Of a part of a mechanism only the second can be said.
 */
export async function compareWithDepth(bench: Bench, start: Tried, ablated: Ablated): Promise<DepthResult> {
  const result: DepthResult = { agrees: [], disagrees: [], untold: [], whyUntold: {} };
  const [whole, touched] = [wholeMechanisms(ablated.left), new Set(ablated.left.map(({ mechanism }) => mechanism))];
  const after = await bench.predict(ablated.config);
  for (const [vector, { verdict, heldBy }] of start.predicted) {
    const pair = ablated.proven.get(vector);
    if (pair === undefined || verdict !== 'blocked' || start.proven.get(vector)?.proof.verdict !== 'blocked') continue;
    const must = isHeldWithin(heldBy, whole);
    const proven = pair.proof.verdict;
    if (must && proven === 'open') result.agrees.push(vector);
    else if (must) {
      const why = await whyUntold(bench, pair, after.get(vector)?.heldBy ?? [], { ...ablated, whole });
      if (why !== undefined) {
        result.untold.push(vector);
        result.whyUntold[vector] = why;
      } else
        result.disagrees.push({ vector, predicted: 'open', proven, why: await whyNot(bench, pair, ablated.config) });
    } else if (proven === 'open' && !isHeldWithin(heldBy, touched)) {
      const why = await whyNot(bench, pair, start.config, touched);
      result.disagrees.push({ vector, predicted: 'blocked', proven, why });
    }
  }
  return result;
}

function isHeldWithin(heldBy: Sets, mechanisms: ReadonlySet<Mechanism>): boolean {
  return heldBy.some((set) => set.every((mechanism) => mechanisms.has(mechanism)));
}

function wholeMechanisms(left: readonly Removable[]): ReadonlySet<Mechanism> {
  return new Set(left.filter((one) => one.name === wholeOf(one.mechanism)?.name).map(({ mechanism }) => mechanism));
}

/**
 * Why a vector that stays blocked says nothing against its depth. A mechanism can hold it by something that no configuration on this
 * machine leaves out: then the same mechanism still holds it. And an unknown gate counts as passing, so that where it decides depth
 * promises nothing.
 */
async function whyUntold(
  bench: Bench,
  { vector, predicted, proof }: Pair,
  after: Sets,
  { config, whole }: Ablated & { readonly whole: ReadonlySet<Mechanism> },
): Promise<string | undefined> {
  if (proof.verdict === 'unknown') return proof.why ?? 'the probe does not tell';
  if (predicted === 'unknown') return `the model leaves it open; seen: ${proof.evidence.at(-1) ?? 'nothing'}`;
  if (!isHeldWithin(after, whole)) return undefined;
  const others = new Set(MECHANISMS.filter((mechanism) => !whole.has(mechanism)));
  return `not left out for it${await gateOf(bench, vector, config, others)}`;
}

/** The gate that was not reckoned with, and whether the model knows of it once it is told the whole configuration. */
async function whyNot(
  bench: Bench,
  { vector, predicted, proof }: Pair,
  config: OciConfig,
  apart: ReadonlySet<Mechanism> = new Set(),
): Promise<string> {
  const gate = await gateOf(bench, vector, config, apart);
  if (predicted === proof.verdict) return `judged as it stands, the model says so too${gate}`;
  return `the model says ${predicted}${gate}; seen: ${proof.evidence.at(-1) ?? 'nothing'}`;
}

/** A closed gate of another mechanism than those. */
async function gateOf(bench: Bench, vector: string, config: OciConfig, apart: ReadonlySet<Mechanism>): Promise<string> {
  const tree = await bench.explain(config, vector);
  const gate = tree && closedLeaf(tree, apart);
  return gate === undefined ? '' : `: ${gate.mechanism}: ${gate.text}`;
}

function closedLeaf(tree: Because, apart: ReadonlySet<Mechanism>): Because | undefined {
  if (tree.result !== 'closed') return undefined;
  if (tree.children === undefined) return tree.mechanism !== undefined && !apart.has(tree.mechanism) ? tree : undefined;
  for (const child of tree.children) {
    const found = closedLeaf(child, apart);
    if (found !== undefined) return found;
  }
  return undefined;
}
