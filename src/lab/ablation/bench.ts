import { Assessment, type Because, type Judged, type SessionOptions } from '../../check/index.ts';
import { CofferdamError } from '../../posture/index.ts';
import type { OciConfig, Runtime } from '../../runtimes/index.ts';
import { Comparer, type Pair } from '../agreement/compare.ts';
import { Postures } from '../agreement/postures.ts';

/** What a kernel answers of one configuration, by vector, beside the model's verdict. */
export type Proven = ReadonlyMap<string, Pair>;

/** What the model says of one, by vector. */
export type Predicted = ReadonlyMap<string, Judged>;

/** Where configurations are judged and tried, as many at a time as there are places. */
export class Bench {
  readonly #runtime: Runtime;
  readonly #postures: Postures;
  readonly #places: readonly Comparer[];

  private constructor(runtime: Runtime, postures: Postures, places: readonly Comparer[]) {
    this.#runtime = runtime;
    this.#postures = postures;
    this.#places = places;
  }

  static async open(options: SessionOptions, runtime: Runtime): Promise<Bench> {
    const postures = await Postures.open(options);
    // One is started or taken down while another answers.
    const places = [await Comparer.open(options), await Comparer.open(options)];
    return new Bench(runtime, postures, places);
  }

  get runtime(): string {
    return this.#runtime.name;
  }

  /** The model alone. */
  async predict(config: OciConfig): Promise<Predicted> {
    const posture = await this.#postures.of(config);
    if (posture instanceof CofferdamError) throw posture;
    const { catalogue } = this.#postures.options;
    const provable = catalogue.vectors.filter(({ vector }) => vector.probe !== undefined);
    const judged = new Assessment(catalogue, posture).judgeAll(provable, 'workload');
    return new Map(judged.map((one) => [one.vector.id, one]));
  }

  async explain(config: OciConfig, vector: string): Promise<Because | undefined> {
    return this.#places[0]?.explain(config, vector);
  }

  /** Each of the work in its order, on whichever place is free; `until` tells when no more of it is begun. */
  async tryEach<W extends { readonly config: OciConfig }>(
    work: readonly W[],
    until: () => boolean,
    done: (one: W, result: Proven | CofferdamError) => Promise<void> | void,
  ): Promise<readonly W[]> {
    const waiting = [...work];
    const turn = async (place: Comparer): Promise<void> => {
      while (!until()) {
        const one = waiting.shift();
        if (one === undefined) return;
        const comparison = await place.compare(one.config, this.#runtime);
        await done(
          one,
          comparison.kind === 'refused'
            ? new CofferdamError('sandbox', comparison.why, 'look at the configuration')
            : new Map(comparison.pairs.map((pair) => [pair.vector, pair])),
        );
      }
    };
    await Promise.all(this.#places.map(turn));
    return waiting;
  }

  async close(): Promise<void> {
    await Promise.all(this.#places.map((place) => place.close()));
  }
}
