/**
 * What is settled on a machine before any configuration is written. A gate that reads nothing but what a configuration cannot say answers
 * the same for each; a mutant that only ever stands behind such answers is, on that machine, no other model.
 */
import type { Catalogue, CompiledVector } from '../../check/index.ts';
import type { GateNode, LeafNode, Result } from '../../model/index.ts';
import type { Posture } from '../../posture/index.ts';
import { broken, type Mutant } from './mutant.ts';

/**
 * Facts that no line of a config.json states (readers/oci): of the host, of whoever starts it, of the image. `sandbox.kind` can be stated by
 * its `vm` object, which takes a runtime with a hypervisor.
 */
const BESIDE = [
  ...['host.', 'sandbox.kind', 'engine.', 'runtime.name', 'runtime.version', 'daemon.', 'request.'],
  ...['image.', 'build.', 'kubernetes.', 'rbac.', 'cluster.'],
];

export type FixedAnswers = ReadonlyMap<LeafNode, Result>;

/**
 * Gates that answer as here for every configuration. One posture of the machine is enough: what a gate answers follows from what it
 * reads, and these read the same in each.
 */
export function fixedAnswers({ graph }: Catalogue, posture: Posture): FixedAnswers {
  const answers = new Map<LeafNode, Result>();
  for (const node of graph.nodes) {
    if (node.kind !== 'gate') continue;
    const { value, reads } = posture.reading(() => node.behaviour.evaluate(node.gate, posture));
    if (reads.every((key) => BESIDE.some((family) => key.startsWith(family)))) answers.set(node, value.result);
  }
  return answers;
}

/**
 * Whether some configuration might tell the mutant from the whole model: all gates that are not fixed are taken to answer anything. A fixed
 * unknown is neither a pass nor a stop, so that it is tried as both: for two verdicts that are both told, the gate must count either way.
 */
export function canBeTold(vectors: readonly CompiledVector[], mutant: Mutant, fixed: FixedAnswers): boolean {
  const of = fixed.get(mutant.gate);
  if (of !== undefined && broken(mutant, of) === of) return false;
  const readings = (['passes', 'closed'] as const).map(
    (unknown) => new Map([...fixed].map(([gate, answer]) => [gate, answer === 'unknown' ? unknown : answer])),
  );
  return vectors.some(
    ({ routes, when, vector }) =>
      vector.probe !== undefined &&
      readings.every(
        (reading) =>
          reduced(routes, mutant.gate, reading) === 'counts' &&
          (when === undefined || reduced(when, undefined, reading) !== 'closed'),
      ),
  );
}

/** What is left of a part: its answer where it is fixed, whether the gate counts in it where not. */
type Reduced = 'passes' | 'closed' | 'counts' | 'open-ended';

function reduced(node: GateNode, gate: LeafNode | undefined, fixed: ReadonlyMap<LeafNode, Result>): Reduced {
  if (node === gate) return 'counts';
  if (node.kind === 'gate') return (fixed.get(node) as 'passes' | 'closed' | undefined) ?? 'open-ended';
  const [decisive, neutral] = node.kind === 'all' ? (['closed', 'passes'] as const) : (['passes', 'closed'] as const);
  let left: Reduced = neutral;
  for (const child of node.children) {
    const part = reduced(child, gate, fixed);
    if (part === decisive) return decisive;
    if (part !== neutral && left !== 'counts') left = part;
  }
  return left;
}
