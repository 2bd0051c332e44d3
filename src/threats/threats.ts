import type { Because, Finding, ResultDocument, TargetResult } from '../check/index.ts';
import type { Vector } from '../vectors/index.ts';
import {
  type Mitigation,
  RESIDUALS,
  type Realisation,
  type Residual,
  type StrideLetter,
  type Threat,
} from './document.ts';
import { THREATS, type ThreatPlace } from './stride.data.ts';
import type { System } from './system.ts';
import type { SystemElement } from './system-types.ts';

/** Whether a vector realises threats of a place, in the letters that both have. */
export function belongs(vector: Vector, place: ThreatPlace): boolean {
  const { kinds, goals, phases } = place;
  return (
    vector.appliesTo.some((kind) => kinds.includes(kind)) &&
    (goals === undefined || goals.includes(vector.goal)) &&
    (phases === undefined || phases.includes(vector.phase))
  );
}

/** The threats of a system: each row of the table at each element that has findings for it, worst residual risk first. */
export function threatsOf(result: ResultDocument, system: System, vectors: readonly Vector[]): Threat[] {
  const table = new Map(vectors.map((vector) => [vector.id, rowsOf(vector)]));
  const byId = new Map(vectors.map((vector) => [vector.id, vector]));
  const threats = result.targets.flatMap((target) => {
    const element = system.ofTarget(target.id);
    return element === undefined ? [] : atTarget(target, element, system, { table, byId });
  });
  return threats
    .map((threat, i) => ({ threat, i }))
    .sort(worstFirst)
    .map(({ threat }) => threat);
}

interface Row {
  readonly place: ThreatPlace;
  readonly letter: StrideLetter;
  readonly title: string;
}

function rowsOf(vector: Vector): Row[] {
  return THREATS.filter((place) => belongs(vector, place)).flatMap((place) =>
    [...vector.stride].flatMap((sign) => {
      const letter = sign as StrideLetter;
      const title = place.titles[letter];
      return title === undefined ? [] : [{ place, letter, title }];
    }),
  );
}

interface Catalogue {
  readonly table: ReadonlyMap<string, readonly Row[]>;
  readonly byId: ReadonlyMap<string, Vector>;
}

function atTarget(target: TargetResult, element: SystemElement, system: System, { table, byId }: Catalogue): Threat[] {
  const found = new Map<string, { row: Row; findings: Finding[] }>();
  for (const finding of target.findings) {
    for (const row of table.get(finding.vector) ?? []) {
      const id = `${row.place.id}-${row.letter}`;
      const known = found.get(id);
      // A vector of several kinds of object speaks, in this one, of the places of this kind.
      if (!row.place.kinds.includes(target.kind)) continue;
      if (known === undefined) found.set(id, { row, findings: [finding] });
      else known.findings.push(finding);
    }
  }
  return [...found].map(([id, { row, findings }]) => threatOf(id, row, findings, { target, element, system, byId }));
}

interface At {
  readonly target: TargetResult;
  readonly element: SystemElement;
  readonly system: System;
  readonly byId: ReadonlyMap<string, Vector>;
}

function threatOf(id: string, row: Row, findings: readonly Finding[], { target, element, system, byId }: At): Threat {
  const counts = { open: 0, unknown: 0, blocked: 0 };
  for (const { verdict } of findings) counts[verdict]++;
  return {
    id: `${id}@${target.id}`,
    row: id,
    stride: row.letter,
    title: row.title,
    element: element.id,
    to: otherSide(row.place, element, system),
    residual: residualOf(findings),
    counts,
    vectors: findings.map((finding) => realisationOf(finding, byId.get(finding.vector))),
    mitigations: mitigationsOf(findings),
    accepted: null,
  };
}

/** The other end of a crossing, where the system has exactly that; of several, the first. */
function otherSide({ to }: ThreatPlace, element: SystemElement, system: System): string | null {
  if (to === undefined) return null;
  const home = system.from(element.id, 'runs-on')[0]?.to;
  if (to === 'home') return home ?? null;
  if (to === 'kernel') return home === undefined ? null : (system.from(home, 'runs-on')[0]?.to ?? null);
  const near = [...system.from(element.id), ...imageRelations(element, system)].find(
    (relation) => system.element(relation.to)?.kind === to,
  );
  return near?.to ?? null;
}

function imageRelations(element: SystemElement, system: System): ReturnType<System['from']> {
  return system.from(element.id, 'started-from').flatMap(({ to }) => system.from(to));
}

function realisationOf(finding: Finding, vector: Vector | undefined): Realisation {
  return {
    vector: finding.vector,
    finding: finding.id,
    title: finding.title,
    verdict: finding.verdict,
    depth: finding.depth,
    severity: finding.severity,
    phase: finding.phase,
    source: finding.source,
    statement: finding.statement,
    heldBy: finding.heldBy,
    fixes: finding.fixes,
    suppressed: finding.suppressed?.reason ?? null,
    attack: vector?.refs.attack ?? [],
    cwe: vector?.refs.cwe ?? [],
  };
}

/** What is left, as `RESIDUALS` tells it. A suppressed finding is a risk that was taken knowingly. */
function residualOf(findings: readonly Finding[]): Residual {
  const left = findings.filter(({ suppressed }) => suppressed === null);
  const open = left.filter(({ verdict }) => verdict === 'open');
  const worst = RESIDUALS.find((level) => open.some(({ severity }) => severity === level));
  if (worst !== undefined) return worst;
  if (left.some(({ verdict }) => verdict === 'unknown')) return 'unknown';
  if (left.length === 0) return 'accepted';
  return left.some(({ depth }) => depth < 2) ? 'thin' : 'held';
}

/** Gates that are closed in blocked vectors, from the explanation trees, most holding first. */
function mitigationsOf(findings: readonly Finding[]): Mitigation[] {
  const gates = new Map<string, { mitigation: Mitigation; stops: number }>();
  for (const { verdict, tree } of findings) {
    if (verdict !== 'blocked') continue;
    for (const leaf of closedLeaves(tree)) {
      const key = `${leaf.text}\n${leaf.source}`;
      const known = gates.get(key);
      if (known !== undefined) known.stops++;
      else {
        const mitigation = { gate: leaf.text, mechanism: leaf.mechanism, because: leaf.source, stops: 1 };
        gates.set(key, { mitigation, stops: 1 });
      }
    }
  }
  return [...gates.values()]
    .map(({ mitigation, stops }) => ({ ...mitigation, stops }))
    .sort((a, b) => b.stops - a.stops || (a.gate < b.gate ? -1 : 1));
}

interface Leaf {
  readonly text: string;
  readonly mechanism: Mitigation['mechanism'];
  readonly source: string | null;
}

/** Once each, without recursion: shared parts of a tree may be deep. */
function closedLeaves(tree: Because): Leaf[] {
  const leaves = new Map<string, Leaf>();
  const waiting: Because[] = [tree];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    waiting.push(...(node.children ?? []));
    if (node.mechanism === undefined || node.result !== 'closed') continue;
    leaves.set(node.text, { text: node.text, mechanism: node.mechanism, source: node.source ?? null });
  }
  return [...leaves.values()];
}

type Placed = { readonly threat: Threat; readonly i: number };

function worstFirst(a: Placed, b: Placed): number {
  const rank = RESIDUALS.indexOf(a.threat.residual) - RESIDUALS.indexOf(b.threat.residual);
  return rank || b.threat.counts.open - a.threat.counts.open || a.i - b.i;
}
