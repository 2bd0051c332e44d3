/**
 * What is settled on a machine before any configuration is written. A gate that reads nothing but what a configuration cannot say answers
 * the same for each; a mutant that only ever stands behind such answers is, on that machine, no other model.
 */
import type { Catalogue, CompiledVector } from '../../check/index.ts';
import type { Gate, GateNode, LeafNode, Result } from '../../model/index.ts';
import type { Posture } from '../../posture/index.ts';
import type { Answer } from './decisive.ts';
import { SPARED } from './filters.ts';
import { broken, type Mutant } from './mutant.ts';

/**
 * Facts that no line of a config.json states (readers/oci): of the host, of whoever starts it, of the image. `sandbox.kind` can be stated by
 * its `vm` object, which takes a runtime with a hypervisor.
 */
const BESIDE = [
  ...[
    'host.',
    'sandbox.kind',
    'engine.',
    'runtime.name',
    'runtime.version',
    'runtime.log-driver',
    'daemon.',
    'request.',
  ],
  ...['limit.storage'],
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
    const beside = reads.every((key) => BESIDE.some((family) => key.startsWith(family)));
    if (beside || isUnsaid(node.gate) || (isSpared(node.gate) && value.result === 'passes'))
      answers.set(node, value.result);
  }
  return answers;
}

/** A config.json gives a namespace of its own, or the path of one that is joined: with whom one is shared, only engines say. */
function isUnsaid(gate: Gate): boolean {
  return gate.gate === 'fact' && gate.key.startsWith('namespace.') && gate.is === 'shared';
}

/** What a filter refuses nowhere: a sandbox that may not make this call does not start, or cannot be asked. */
function isSpared(gate: Gate): boolean {
  return gate.gate === 'syscall' && gate.args === undefined && gate.arch === undefined && SPARED.has(gate.syscall);
}

/**
 * Whether some configuration might tell the mutant from the whole model: all gates that are not fixed are taken to answer anything. A fixed
 * unknown is neither a pass nor a stop, so that it is tried as both: for two verdicts that are both told, the gate must count either way.
 */
export function canBeTold(vectors: readonly CompiledVector[], mutant: Mutant, fixed: FixedAnswers): boolean {
  const of = fixed.get(mutant.gate);
  // Where it is not known and counts, the whole model tells nothing.
  if (of !== undefined && (of === 'unknown' || broken(mutant, of) === of)) return false;
  const above = new Above(mutant.gate);
  const asking = vectors.filter(({ routes, vector }) => vector.probe !== undefined && above.has(routes));
  if (asking.length === 0) return false;
  const readings = (['passes', 'closed'] as const).map((unknown) =>
    [...fixed]
      .filter(([gate]) => gate !== mutant.gate)
      .map(([gate, answer]) => [gate, answer === 'unknown' ? unknown : answer] as const),
  );
  return asking.some(({ routes, when }) =>
    readings.every((reading) => {
      const known = new Map<GateNode, Answer>(reading);
      return (when === undefined || answerOf(when, known) !== 'closed') && counts(routes, above, known);
    }),
  );
}

/** The parts that have a gate somewhere in them. */
class Above {
  readonly #gate: LeafNode;
  readonly #known = new Map<GateNode, boolean>();

  constructor(gate: LeafNode) {
    this.#gate = gate;
  }

  has(node: GateNode): boolean {
    if (node.kind === 'gate') return node === this.#gate;
    // Children have smaller numbers than what they are parts of.
    if (node.id < this.#gate.id) return false;
    let known = this.#known.get(node);
    if (known === undefined) {
      known = node.children.some((child) => this.has(child));
      this.#known.set(node, known);
    }
    return known;
  }
}

/**
 * Whether a part may come out otherwise for the gate: then all that stands beside it on the way there passes where it is needed as well, and
 * is closed where it is an alternative. What contradicts itself is none: of `A, or A and B`, B never counts.
 */
function counts(node: GateNode, above: Above, known: ReadonlyMap<GateNode, Answer>): boolean {
  if (node.kind === 'gate') return true;
  const beside = new Map(known);
  const neutral = node.kind === 'all' ? 'passes' : 'closed';
  const others = node.children.filter((child) => !above.has(child));
  if (!others.every((child) => assume(child, neutral, beside))) return false;
  return node.children.some((child) => above.has(child) && counts(child, above, beside));
}

/** Notes that a part comes to an answer, and what follows from that for its own parts. False where it cannot. */
function assume(node: GateNode, answer: Answer, known: Map<GateNode, Answer>): boolean {
  const already = answerOf(node, known);
  if (already !== undefined && already !== answer) return false;
  known.set(node, answer);
  if (node.kind === 'gate') return true;
  const neutral = node.kind === 'all' ? 'passes' : 'closed';
  if (answer === neutral) return node.children.every((child) => assume(child, answer, known));
  const open = node.children.filter((child) => answerOf(child, known) !== neutral);
  return open.length !== 1 || assume(open[0] as GateNode, answer, known);
}

/** What a part comes to by what is known; undefined where that leaves it open. */
function answerOf(node: GateNode, known: ReadonlyMap<GateNode, Answer>): Answer | undefined {
  const noted = known.get(node);
  if (noted !== undefined || node.kind === 'gate') return noted;
  const [decisive, neutral] = node.kind === 'all' ? (['closed', 'passes'] as const) : (['passes', 'closed'] as const);
  let left: Answer | undefined = neutral;
  for (const child of node.children) {
    const part = answerOf(child, known);
    if (part === decisive) return decisive;
    if (part === undefined) left = undefined;
  }
  return left;
}
