import { PHASES } from '../../lifecycle/index.ts';
import type { Place } from '../../posture/index.ts';
import { type DecodeContext, isNull, type MapNode, type Node } from '../../readers/document/index.ts';
import type { Example, Goal, References, Severity, SubjectKindName, Vector } from '../../vectors/index.ts';
import { expression } from './expression.ts';
import { mechanism } from './gates.ts';
import { may, need, params } from './params.ts';
import * as value from './values.ts';
import { Fault } from './values.ts';

/** A vector of the user's, and where it stands. */
export interface OwnVector {
  readonly vector: Vector;
  readonly place: Partial<Place> & { readonly path: string };
}

const GOALS = value.namesOf<Goal>({
  'host-root': true,
  'host-kernel': true,
  'host-data': true,
  'host-service': true,
  'other-container': true,
  cluster: true,
  credential: true,
  information: true,
  'denial-of-service': true,
  'supply-chain': true,
  'privilege-in-container': true,
});
const SEVERITIES = value.namesOf<Severity>({ critical: true, high: true, medium: true, low: true });
const KINDS = value.namesOf<SubjectKindName>({ workload: true, image: true, engine: true, host: true, cluster: true });
const VERDICTS = value.namesOf<Example['verdict']>({
  open: true,
  blocked: true,
  unknown: true,
  'not-applicable': true,
});

const id = value.scalar('id', (node) =>
  /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(node.text) && node.text.length <= 60
    ? node.text
    : new Fault('is not an id', 'write lower-case words joined by dashes'),
);
const stride = value.scalar('letters of STRIDE', (node) =>
  /^(?!.*(.).*\1)[STRIDE]+$/.test(node.text)
    ? node.text
    : new Fault('is not made of letters of STRIDE', 'write those that fit, as in TE'),
);
const texts = may(value.listOf(value.text));

const REFERENCES = params<References>('refs', {
  attack: texts,
  cisDocker: texts,
  cisKubernetes: texts,
  nist800190: texts,
  pss: texts,
  owaspDocker: texts,
  owaspKubernetes: texts,
  microsoftMatrix: texts,
  kubehound: texts,
  cwe: texts,
  cve: texts,
  papers: texts,
  docs: texts,
});

const ARTIFACTS = [
  'docker',
  'podman',
  'compose',
  'kubernetes',
  'dockerfile',
  'oci',
  'inspect',
  'daemon',
  'hostProfile',
] as const;
const artifact = may(value.text);

const EXAMPLE = params<Example>(
  'example',
  {
    docker: artifact,
    podman: artifact,
    compose: artifact,
    kubernetes: artifact,
    dockerfile: artifact,
    oci: artifact,
    inspect: artifact,
    daemon: artifact,
    hostProfile: artifact,
    host: artifact,
    withDaemon: artifact,
    engine: may(value.text),
    of: may(value.text),
    verdict: need(value.oneOf(VERDICTS)),
    depth: may(value.count),
  },
  (example) => {
    const stated = ARTIFACTS.filter((name) => example[name] !== undefined);
    return stated.length === 1
      ? undefined
      : new Fault(`states ${stated.length} artifacts`, `state exactly one of ${ARTIFACTS.join(', ')}`);
  },
);

/** Probes come from TypeScript only: their arguments are structures. */
type Written = Omit<Vector, 'refs' | 'probe'> & { readonly refs?: References };

const VECTOR = params<Written>('vector', {
  id: need(id),
  title: need(value.text),
  mechanism: need(mechanism),
  phase: need(value.oneOf(PHASES, 'phase')),
  goal: need(value.oneOf(GOALS, 'goal')),
  severity: need(value.oneOf(SEVERITIES)),
  stride: need(stride),
  appliesTo: need(value.listOf(value.oneOf(KINDS))),
  platforms: may(value.listOf(value.oneOf(['linux', 'windows']))),
  when: may(expression),
  routes: need(value.listOf(value.listOf(expression))),
  why: need(value.text),
  fix: need(value.text),
  refs: may(REFERENCES),
  examples: need(value.listOf(EXAMPLE)),
  aliases: may(value.listOf(id)),
});

export const VECTOR_FIELDS = VECTOR.fields;

/** More than any policy has; a bound on what one file can cost. */
const MOST_VECTORS = 1000;

/** Vectors of one list. A wrong one is reported to the context and left out. */
export function decodeVectors(items: readonly Node[], context: DecodeContext): OwnVector[] {
  const [beyond] = items.slice(MOST_VECTORS);
  if (beyond !== undefined)
    context.report('vector', `the file has more than ${MOST_VECTORS} vectors`, 'split it', beyond);
  return items.slice(0, MOST_VECTORS).flatMap((node) => {
    const before = context.problems.length;
    const written = VECTOR.decode(node, context);
    for (const problem of context.problems.slice(before))
      problem.message = `vector ${nameOf(node)}: ${problem.message.replace(/^vector:? /, '')}`;
    return written === undefined
      ? []
      : [{ vector: { ...written, refs: written.refs ?? {} }, place: context.place(idNode(node)) }];
  });
}

function idNode(node: Node): Node {
  return (node.kind === 'map' ? node.entries.get('id')?.value : undefined) ?? node;
}

function nameOf(node: Node): string {
  const at = idNode(node);
  return at.kind === 'scalar' && at !== node ? `\`${value.short(at.text)}\`` : 'without id';
}

const FILE_KEYS = ['vectors'];

/** The list of a file's mapping `vectors: […]`; a list alone is one too. */
export function vectorNodes(root: Node, context: DecodeContext): readonly Node[] {
  if (root.kind === 'list') return root.items;
  if (isNull(root)) return [];
  if (root.kind !== 'map')
    return context.report('vector', `expected vectors, found ${value.found(root)}`, 'write vectors: [ … ]', root) ?? [];
  rejectOthers(root, context);
  const list = root.entries.get('vectors')?.value;
  if (list?.kind === 'list') return list.items;
  return list !== undefined && isNull(list)
    ? []
    : (context.report('vector', 'the file has no list of vectors', 'write vectors: [ … ]', list ?? root) ?? []);
}

function rejectOthers(root: MapNode, context: DecodeContext): void {
  for (const [key, entry] of root.entries) {
    if (!FILE_KEYS.includes(key))
      context.report('unknown-key', `a file of vectors has no \`${value.short(key)}\``, 'its only key is `vectors`', {
        start: entry.keyStart,
        end: entry.keyEnd,
      });
  }
}
