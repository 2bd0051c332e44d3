import { Assessment, type Because, type Judged, type Proof, type SessionOptions } from '../../check/index.ts';
import { MACHINE, readProcess } from '../../live/index.ts';
import { CofferdamError, type Posture } from '../../posture/index.ts';
import { openHost, Prover } from '../../prove/index.ts';
import type { Machine, OciConfig, Runtime, Sandbox } from '../../runtimes/index.ts';
import { differingFacts, type FactDifference } from './facts.ts';
import { Postures } from './postures.ts';

/** One vector over one configuration: what the model says of it, and what a kernel. */
export interface Pair {
  readonly vector: string;
  readonly predicted: Judged['verdict'];
  readonly proof: Proof;
}

/** What came of one configuration. */
export type Comparison =
  | { readonly kind: 'compared'; readonly pairs: readonly Pair[]; readonly facts: readonly FactDifference[] }
  /** The runtime, or the reader, would not have it. */
  | { readonly kind: 'refused'; readonly why: string };

/** Predicts, starts and probes OCI configurations on a machine, one after the other. */
export class Comparer {
  readonly #postures: Postures;
  readonly #host: Sandbox;
  readonly #prover: Prover;

  private constructor(postures: Postures, host: Sandbox) {
    this.#postures = postures;
    this.#host = host;
    this.#prover = new Prover(postures.options.catalogue, host);
  }

  /** `machine`: default: this one. The runtimes are to be on the same. */
  static async open(options: SessionOptions, machine?: Machine): Promise<Comparer> {
    return new Comparer(await Postures.open(options, machine), await openHost(machine));
  }

  /** Ids of the vectors that a kernel can be asked, sorted. */
  get vectors(): readonly string[] {
    const provable = this.#postures.options.catalogue.vectors.filter(({ vector }) => vector.probe !== undefined);
    return provable.map(({ vector }) => vector.id).sort();
  }

  /** `only`: the vectors to ask about, where not all. */
  async compare(config: OciConfig, runtime: Runtime, only?: ReadonlySet<string>): Promise<Comparison> {
    const posture = await this.#postures.of(config);
    if (posture instanceof CofferdamError) return { kind: 'refused', why: posture.message };
    const sandbox = await started(runtime, config);
    if (sandbox instanceof CofferdamError) return { kind: 'refused', why: sandbox.message };
    try {
      const facts = await this.#factsOf(posture, sandbox);
      return { kind: 'compared', pairs: await this.#pairsOf(posture, sandbox, config, only), facts };
    } finally {
      await sandbox.close();
    }
  }

  /** The explanation tree of one vector over a configuration. */
  async explain(config: OciConfig, id: string): Promise<Because | undefined> {
    const posture = await this.#postures.of(config);
    const compiled = this.#postures.options.catalogue.vectors.find(({ vector }) => vector.id === id);
    if (posture instanceof CofferdamError || compiled === undefined) return undefined;
    return new Assessment(this.#postures.options.catalogue, posture).explain(compiled);
  }

  close(): Promise<void> {
    return this.#host.close();
  }

  async #pairsOf(
    posture: Posture,
    sandbox: Sandbox,
    config: OciConfig,
    only?: ReadonlySet<string>,
  ): Promise<readonly Pair[]> {
    const { catalogue } = this.#postures.options;
    const asked = catalogue.vectors.filter(
      ({ vector }) => vector.probe !== undefined && only?.has(vector.id) !== false,
    );
    const judged = new Assessment(catalogue, posture).judgeAll(asked, 'workload');
    const predictions = judged.map(({ vector, verdict, settledBy }) => ({ vector: vector.id, verdict, settledBy }));
    const lacking = sandbox.missing;
    const proofs = await this.#prover.proofs(sandbox, posture, predictions, { config, lacking });
    return predictions.flatMap(({ vector, verdict }) => {
      const proof = proofs.get(vector);
      return proof === undefined ? [] : [{ vector, predicted: verdict, proof }];
    });
  }

  async #factsOf(posture: Posture, sandbox: Sandbox): Promise<readonly FactDifference[]> {
    if (sandbox.pid === undefined) return [];
    const files = this.#host.machine?.files ?? MACHINE;
    const { subjects } = await readProcess(sandbox.pid, { files, tracer: async () => this.#host.session });
    const [subject] = subjects;
    if (subject === undefined) return [];
    const { posture: live } = await this.#postures.objects.assemble(subject);
    return differingFacts(posture, live, sandbox.missing);
  }
}

async function started(runtime: Runtime, config: OciConfig): Promise<Sandbox | CofferdamError> {
  try {
    return await runtime.start({ config });
  } catch (error) {
    if (error instanceof CofferdamError) return error;
    throw error;
  }
}
