import type { Assembled, Catalogue, Proof, ProofSummary, ResultDocument, TargetResult } from '../check/index.ts';
import { Judgement } from '../model/index.ts';
import type { Posture } from '../posture/index.ts';
import type { Missing, OciConfig, Sandbox } from '../runtimes/index.ts';
import { Gaps, type Prediction, proofOf } from './comparison.ts';
import { proveAll } from './prove.ts';
import { stageIn } from './stage.ts';

/** Puts the questions of a target's findings to sandboxes, with one stub outside of all of them for comparison. */
export class Prover {
  readonly #catalogue: Catalogue;
  readonly #host: Sandbox;

  constructor(catalogue: Catalogue, host: Sandbox) {
    this.#catalogue = catalogue;
    this.#host = host;
  }

  /** The target with its proofs. `config`: what the sandbox was started from; `missing`: parts of the configuration that never reached the sandbox. */
  async probe(
    sandbox: Sandbox,
    { posture }: Assembled,
    target: TargetResult,
    { config, missing }: { readonly config: OciConfig | undefined; readonly missing: readonly Missing[] },
  ): Promise<TargetResult> {
    const lacking = [...missing, ...sandbox.missing];
    const proofs = await this.proofs(sandbox, posture, target.findings, { config, lacking });
    return {
      ...target,
      findings: target.findings.map((finding) => ({ ...finding, proof: proofs.get(finding.vector) ?? finding.proof })),
      sandbox: { runtime: sandbox.runtime, missing: lacking.map(({ step, why }) => ({ step, why })) },
    };
  }

  /** By vector: what a sandbox of the posture answers, beside each prediction. Without those that have no probe. */
  async proofs(
    sandbox: Sandbox,
    posture: Posture,
    predictions: readonly Prediction[],
    { config, lacking }: { readonly config: OciConfig | undefined; readonly lacking: readonly Missing[] },
  ): Promise<ReadonlyMap<string, Proof>> {
    const compiled = new Map(this.#catalogue.vectors.map((one) => [one.vector.id, one]));
    const asked = predictions.flatMap(({ vector }) => compiled.get(vector)?.vector ?? []);
    const observations = await proveAll(asked, stageIn(sandbox, this.#host, config));
    const gaps = new Gaps(new Judgement(this.#catalogue.graph, posture), lacking);
    const proofs = new Map<string, Proof>();
    for (const prediction of predictions) {
      const [observation, one] = [observations.get(prediction.vector), compiled.get(prediction.vector)];
      if (observation === undefined || one === undefined) continue;
      proofs.set(prediction.vector, proofOf(prediction, observation, gaps.of(one.routes, prediction)));
    }
    return proofs;
  }
}

export function withProofSummary(result: ResultDocument): ResultDocument {
  return { ...result, summary: { ...result.summary, proof: summaryOf(result.targets) } };
}

function summaryOf(targets: readonly TargetResult[]): ProofSummary {
  const counts = { agrees: 0, disagrees: 0, settled: 0, untold: 0, unprovable: 0 };
  for (const { verdict, proof } of targets.flatMap((target) => target.findings)) {
    if (proof === null) counts.unprovable++;
    else if (proof.verdict === 'unknown') counts.untold++;
    else if (verdict === 'unknown') counts.settled++;
    else if (proof.agrees === true) counts.agrees++;
    else counts.disagrees++;
  }
  return counts;
}
