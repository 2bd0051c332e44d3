import type { Assembled, Catalogue, Finding, ProofSummary, ResultDocument, TargetResult } from '../check/index.ts';
import { Judgement } from '../model/index.ts';
import type { Missing, OciConfig, Sandbox } from '../runtimes/index.ts';
import { Gaps, proofOf } from './comparison.ts';
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
    const compiled = new Map(this.#catalogue.vectors.map((one) => [one.vector.id, one]));
    const asked = target.findings.flatMap(({ vector }) => compiled.get(vector)?.vector ?? []);
    const observations = await proveAll(asked, stageIn(sandbox, this.#host, config));
    const gaps = new Gaps(new Judgement(this.#catalogue.graph, posture), lacking);
    const proven = (finding: Finding): Finding => {
      const [observation, one] = [observations.get(finding.vector), compiled.get(finding.vector)];
      if (observation === undefined || one === undefined) return finding;
      return { ...finding, proof: proofOf(finding, observation, gaps.of(one.routes, finding)) };
    };
    return {
      ...target,
      findings: target.findings.map(proven),
      sandbox: { runtime: sandbox.runtime, missing: lacking.map(({ step, why }) => ({ step, why })) },
    };
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
