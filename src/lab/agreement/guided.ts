/**
 * A guided choice of configurations. For each sample several are predicted, and the one is taken at which most gates decide that have
 * seldom decided in the samples before. Half of them are drawn at random, half are made for a gate that has not decided yet: along one
 * way from a vector to the gate, what stands beside it is closed where it is an alternative, and opened where it is needed as well.
 */
import type { Catalogue, SessionOptions } from '../../check/index.ts';
import type { GateNode, LeafNode } from '../../model/index.ts';
import { CofferdamError } from '../../posture/index.ts';
import type { Machine, OciConfig } from '../../runtimes/index.ts';
import { type Generator, generator } from './configurations.ts';
import { type Answer, Deciders, type Deciding, Results } from './decisive.ts';
import { type Change, configOf, type Draft, type DraftMount, isBind } from './draft.ts';
import { editFor } from './edits.ts';
import { canBeTold, type FixedAnswers, fixedAnswers } from './fixed.ts';
import type { Here } from './here.ts';
import { Postures } from './postures.ts';
import { mixed, Random } from './random.ts';
import { settled } from './settle.ts';

/** Of each sample. */
const [DRAWN, MADE] = [4, 4];
/** How often what is made is changed. */
const ROUNDS = 3;

/**
 * A configuration by its number. Each depends on those before it: they are chosen as well, and kept. The same for the same seed on the same
 * machine, by the same model. `machine`: what `here` tells of, where it is not this one.
 */
export async function guidedSampler(
  here: Here,
  seed: number,
  options: SessionOptions,
  machine?: Machine,
): Promise<(index: number) => Promise<OciConfig>> {
  const guide = new Guide(here, seed, await Postures.open(options, machine), await generator(here));
  const chosen: Promise<OciConfig>[] = [];
  return async (index) => {
    while (chosen.length <= index) {
      const [number, before] = [chosen.length, chosen.at(-1)];
      chosen.push(
        (async () => {
          await before;
          return guide.choose(number);
        })(),
      );
    }
    return chosen[index] as Promise<OciConfig>;
  };
}

interface Candidate {
  readonly config: OciConfig;
  readonly deciding: readonly Deciding[];
}

/** A gate in one of its answers, to be made to decide. */
interface Aim {
  readonly gate: LeafNode;
  readonly answer: Answer;
  tried: number;
}

class Guide {
  readonly #here: Here;
  readonly #seed: number;
  readonly #postures: Postures;
  readonly #generator: Generator;
  readonly #catalogue: Catalogue;
  readonly #deciders: Deciders;
  readonly #tally = new Tally();
  /** Of the first posture: all are of one machine. */
  #fixed: FixedAnswers | undefined;
  #aims: readonly Aim[] | undefined;

  constructor(here: Here, seed: number, postures: Postures, drawing: Generator) {
    this.#here = here;
    this.#seed = seed;
    this.#postures = postures;
    this.#generator = drawing;
    this.#catalogue = postures.options.catalogue;
    this.#deciders = new Deciders(this.#catalogue);
  }

  async choose(sample: number): Promise<OciConfig> {
    const random = new Random(mixed(this.#seed, sample));
    // The reader takes whatever is drawn: where it does not, the comparison is to see it.
    const first = this.#generator.draft(random.number());
    let best: Candidate = { config: configOf(first, this.#here.disk), deciding: [] };
    let most = 0;
    const candidates: Draft[] = [first];
    for (let i = 1; i < DRAWN; i++) candidates.push(this.#generator.draft(random.number()));
    for (const draft of candidates) {
      const candidate = await this.#judged(draft);
      if (candidate === undefined) continue;
      const worth = this.#tally.worth(candidate.deciding);
      if (worth > most) [best, most] = [candidate, worth];
    }
    for (const aim of this.#next(MADE, random)) {
      const candidate = await this.#made(aim, random);
      aim.tried++;
      if (candidate === undefined) continue;
      const worth = this.#tally.worth(candidate.deciding);
      if (worth > most) [best, most] = [candidate, worth];
    }
    this.#tally.add(best.deciding);
    return best.config;
  }

  async #judged(draft: Draft): Promise<Candidate | undefined> {
    const config = configOf(draft, this.#here.disk);
    const results = await this.#results(config);
    return results && { config, deciding: telling(this.#deciders.of(results), draft) };
  }

  async #results(config: OciConfig): Promise<Results | undefined> {
    const posture = await this.#postures.of(config);
    if (posture instanceof CofferdamError) return undefined;
    this.#fixed ??= fixedAnswers(this.#catalogue, posture);
    return new Results(posture, this.#fixed);
  }

  /** Whatever some configuration could show. */
  #allAims(fixed: FixedAnswers): readonly Aim[] {
    const { vectors } = this.#catalogue;
    return this.#deciders.gates
      .filter((gate) => canBeTold(vectors, { gate, how: 'inverted' }, fixed))
      .flatMap((gate) =>
        (['passes', 'closed'] as const)
          .filter((answer) => (fixed.get(gate) ?? answer) === answer)
          .map((answer) => ({ gate, answer, tried: 0 })),
      );
  }

  /** Those that have decided least and been tried least. */
  #next(count: number, random: Random): readonly Aim[] {
    this.#aims ??= this.#allAims(this.#fixed ?? new Map());
    const due = this.#aims.map((aim) => ({
      aim,
      rank: this.#tally.times(aim.gate, aim.answer) * 4 + aim.tried + random.below(1000) / 1000,
    }));
    return due
      .sort((a, b) => a.rank - b.rank)
      .slice(0, count)
      .map(({ aim }) => aim);
  }

  /** What is left to chance is left so a few times, then it is given up. */
  async #made({ gate, answer }: Aim, random: Random): Promise<Candidate | undefined> {
    let draft = this.#generator.draft(random.number());
    // Where much is refused, probes are refused as well, and the kernel does not tell.
    if (!random.chance(4)) draft = { ...draft, seccomp: undefined };
    if (!random.chance(4)) draft = { ...draft, mounts: draft.mounts.filter((mount) => !showsNodes(mount)) };
    const way = this.#way(gate, random);
    for (let round = 0; ; round++) {
      const config = configOf(draft, this.#here.disk);
      const results = await this.#results(config);
      if (results === undefined) return undefined;
      const deciding = results.result(gate) === answer ? this.#deciders.at(gate, results) : undefined;
      if (telling(deciding === undefined ? [] : [deciding], draft).length > 0 || round === ROUNDS)
        return { config, deciding: telling(this.#deciders.of(results), draft) };
      const changes = new Plan(results, this.#here, random, this.#generator).along(way, answer);
      draft = settled(
        changes.reduce((changed, change) => change(changed), draft),
        this.#here,
      );
    }
  }

  /** From the gate up to all routes of a vector. */
  #way(gate: LeafNode, random: Random): readonly GateNode[] {
    const way: GateNode[] = [gate];
    for (let node: GateNode = gate; ; ) {
      const above = this.#deciders.above(node);
      if (above.length === 0 || (this.#deciders.asking(node).length > 0 && random.chance(2))) return way;
      node = random.pick(above) as GateNode;
      way.push(node);
    }
  }
}

/** Whether all nodes of the host are there, and its groups count for them: of devices that it lacks, no kernel tells then. */
const showsNodes = (mount: DraftMount): boolean => isBind(mount) && ['/', '/dev'].includes(mount.source);

function telling(deciding: readonly Deciding[], { mounts }: Draft): readonly Deciding[] {
  return mounts.some(showsNodes) ? deciding.filter(({ gate }) => !OF_NODES.has(gate.gate.gate)) : deciding;
}

const OF_NODES: ReadonlySet<string> = new Set(['device-node', 'host-group']);

/** What has to be changed for a gate to decide. */
class Plan {
  readonly #results: Results;
  readonly #here: Here;
  readonly #random: Random;
  readonly #generator: Generator;
  readonly #changes: Change[] = [];

  constructor(results: Results, here: Here, random: Random, drawing: Generator) {
    this.#results = results;
    this.#here = here;
    this.#random = random;
    this.#generator = drawing;
  }

  along(way: readonly GateNode[], answer: Answer): readonly Change[] {
    const onWay = new Set(way);
    for (const node of way.toReversed()) {
      if (node.kind === 'gate') continue;
      for (const child of node.children)
        if (!onWay.has(child)) this.#towards(child, node.kind === 'all' ? 'passes' : 'closed');
    }
    this.#towards(way[0] as GateNode, answer);
    return this.#changes;
  }

  #towards(node: GateNode, want: Answer): void {
    if (this.#results.result(node) === want) return;
    if (node.kind === 'gate') {
      const change = editFor(node.gate, want, { here: this.#here, random: this.#random });
      if (change !== undefined) this.#changes.push(change);
      else if (this.#random.chance(4)) this.#changes.push(this.#generator.change(this.#random.number()));
      return;
    }
    const every = (node.kind === 'all') === (want === 'passes');
    const left = node.children.filter((child) => this.#results.result(child) !== want);
    const one = this.#random.pick(left);
    for (const child of every ? left : one === undefined ? [] : [one]) this.#towards(child, want);
  }
}

/** How often each gate has decided, with which answer, and for which vectors. */
class Tally {
  readonly #times = new Map<string, number>();

  times({ id }: LeafNode, answer: Answer): number {
    return this.#times.get(`${id} ${answer}`) ?? 0;
  }

  add(deciding: readonly Deciding[]): void {
    for (const key of deciding.flatMap(keysOf)) this.#times.set(key, (this.#times.get(key) ?? 0) + 1);
  }

  /** A gate that decides for the first time counts most, then one for whose vector it is the first time. */
  worth(deciding: readonly Deciding[]): number {
    let sum = 0;
    for (const one of deciding) {
      const [whole, ...each] = keysOf(one) as [string, ...string[]];
      sum += 1 / (1 + (this.#times.get(whole) ?? 0)) ** 2;
      for (const key of each) sum += 0.1 / (1 + (this.#times.get(key) ?? 0)) ** 2;
    }
    return sum;
  }
}

function keysOf({ gate, answer, vectors }: Deciding): readonly string[] {
  const key = `${gate.id} ${answer}`;
  return [key, ...vectors.map((vector) => `${key} ${vector}`)];
}
