import type { Finding, Proof } from '../check/index.ts';
import type { GateNode, Judgement } from '../model/index.ts';
import { type Change, type Posture, Unknown } from '../posture/index.ts';
import type { Missing } from '../runtimes/index.ts';
import type { Observation } from './observation.ts';

/** What is said of one vector before a kernel is asked. */
export type Prediction = Pick<Finding, 'vector' | 'verdict' | 'settledBy'>;

/**
 * Prediction and proof of one vector, beside each other. Where the sandbox lacks what the verdict leans on, what was seen
 * there says nothing about the configuration: `unknown`, with why, and the evidence kept.
 */
export function proofOf({ verdict }: Prediction, observation: Observation, gap: Missing | undefined): Proof {
  const { by, evidence } = observation;
  if (gap !== undefined)
    return { verdict: 'unknown', by: null, agrees: null, evidence, why: `${gap.step}: ${gap.why}` };
  if (observation.verdict === 'unknown') {
    return { verdict: 'unknown', by, agrees: null, evidence, why: observation.why ?? 'the probe does not tell' };
  }
  const agrees = verdict === 'unknown' ? null : verdict === observation.verdict;
  return { verdict: observation.verdict, by, agrees, evidence };
}

/**
 * The parts of a posture that a sandbox lacks. A verdict leans on one if it would not be the same, were the facts of that part
 * unknown.
 */
export class Gaps {
  readonly #judgement: Judgement;
  readonly #parts: readonly {
    readonly missing: Missing;
    readonly keys: readonly string[];
    readonly without: () => Judgement;
  }[];

  constructor(judgement: Judgement, missing: readonly Missing[]) {
    this.#judgement = judgement;
    this.#parts = missing.flatMap((part) => {
      const own = factsOf(part, judgement.posture);
      let judged: Judgement | undefined;
      const without = (): Judgement => {
        judged ??= judgement.after(own.map(unknowing), titleOf(part));
        return judged;
      };
      return own.length === 0 ? [] : [{ missing: part, keys: own, without }];
    });
  }

  /** The first part that the verdict of a vector leans on. */
  of(routes: GateNode, { settledBy }: Prediction): Missing | undefined {
    const result = this.#judgement.result(routes);
    const part = this.#parts.find(
      ({ keys, without }) => settledBy.some((key) => keys.includes(key)) || without().result(routes) !== result,
    );
    return part?.missing;
  }
}

/** The posture with the facts unknown that a sandbox lacks; undefined where it states none of them. */
export function withoutPart(posture: Posture, part: Missing): Posture | undefined {
  const facts = factsOf(part, posture);
  return facts.length === 0 ? undefined : posture.with(facts.map(unknowing), titleOf(part));
}

const titleOf = ({ step }: Missing): string => `a sandbox without ${step}`;

function factsOf({ facts }: Missing, posture: Posture): readonly string[] {
  const keys = keysOf(posture);
  return facts.flatMap((fact) => (isPrefix(fact) ? [`${fact}*`, ...below(fact, keys)] : [fact]));
}

const isPrefix = (fact: string): boolean => fact.endsWith('.');

function below(prefix: string, keys: ReadonlySet<string>): readonly string[] {
  return [...keys].filter((key) => key.startsWith(prefix));
}

function unknowing(key: string): Change {
  return { kind: 'set', key: key as never, value: new Unknown('the sandbox lacks it') as never };
}

function keysOf(posture: Posture): ReadonlySet<string> {
  const keys = new Set<string>();
  for (let at: Posture | undefined = posture; at !== undefined; at = at.base) {
    for (const key of at.touchedHere().keys) keys.add(key);
  }
  return keys;
}
