import type { Flow, ModelElement, Realisation, Threat, ThreatModel } from '../threats/index.ts';
import { plural } from './wording.ts';

/** What every report of a threat model says in the same words. */

export const STRIDE: Readonly<Record<Threat['stride'], string>> = {
  S: 'Spoofing',
  T: 'Tampering',
  R: 'Repudiation',
  I: 'Information disclosure',
  D: 'Denial of service',
  E: 'Elevation of privilege',
};

export type Residual = Threat['residual'];

/** What each level of residual risk means, worst first. */
export const RESIDUAL_TEXT: Readonly<Record<Residual, string>> = {
  critical: 'open, critical at worst',
  high: 'open, high at worst',
  medium: 'open, medium at worst',
  low: 'open, low at worst',
  unknown: 'not decided',
  thin: 'held by one mechanism alone',
  held: 'held by two mechanisms or more',
  accepted: 'accepted',
};

export const LEVELS = Object.keys(RESIDUAL_TEXT) as Residual[];
const OPEN: readonly Residual[] = ['critical', 'high', 'medium', 'low'];

export function isOpen({ residual }: Threat): boolean {
  return OPEN.includes(residual);
}

/** `12 critical · 4 high · 3 not decided`; levels without a threat are left out. */
export function levelsText(counts: Readonly<Record<Residual, number>>): string {
  const words: Partial<Record<Residual, string>> = { unknown: 'not decided', thin: 'thinly held' };
  return LEVELS.filter((level) => counts[level] > 0)
    .map((level) => `${counts[level]} ${words[level] ?? level}`)
    .join(' · ');
}

export function openVectors(threat: Threat): readonly Realisation[] {
  return threat.vectors.filter(({ verdict, suppressed }) => verdict === 'open' && suppressed === null);
}

interface Remedy {
  readonly changes: readonly string[];
  /** Open vectors of the threat that it closes. */
  readonly closes: number;
}

/** Of the fixes offered for the worst open vector the one that closes most of the threat. */
export function remedyOf(threat: Threat): Remedy | undefined {
  const open = openVectors(threat);
  const ids = new Set(open.map(({ vector }) => vector));
  const [first] = open.filter(({ fixes }) => fixes.length > 0);
  const remedies = (first?.fixes ?? []).map(({ changes, closes }) => ({
    changes,
    closes: new Set([first?.vector, ...closes.filter((id) => ids.has(id))]).size,
  }));
  return remedies.sort((a, b) => b.closes - a.closes)[0];
}

/** Elements by id, for names in a report. */
export class Names {
  readonly #elements: ReadonlyMap<string, ModelElement>;

  constructor({ elements }: ThreatModel) {
    this.#elements = new Map(elements.map((element) => [element.id, element]));
  }

  of(id: string): string {
    return this.#elements.get(id)?.name ?? id;
  }

  element(id: string): ModelElement | undefined {
    return this.#elements.get(id);
  }
}

/** Threats of one element, in the order of the model: the elements with the worst first. */
export function byElement(threats: readonly Threat[]): Map<string, Threat[]> {
  const groups = new Map<string, Threat[]>();
  for (const threat of threats) {
    const group = groups.get(threat.element);
    if (group === undefined) groups.set(threat.element, [threat]);
    else group.push(threat);
  }
  return groups;
}

/** Flows by the boundary that they cross, in the order of the life-cycle in which they first come. */
export function byBoundary(flows: readonly Flow[]): Map<string, Flow[]> {
  const groups = new Map<string, Flow[]>();
  for (const flow of flows) {
    if (flow.crosses === null) continue;
    const key = `${flow.crosses.boundary} (${flow.phase})`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [flow]);
    else group.push(flow);
  }
  return groups;
}

/** `10 containers, 6 volumes`. */
export function kindsText({ elements }: ThreatModel): string {
  const counts = new Map<string, number>();
  for (const { kind } of elements) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => plural(count, nounOf(kind), pluralNounOf(kind))).join(', ');
}

function nounOf(kind: string): string {
  return kind.replace('-', ' ');
}

function pluralNounOf(kind: string): string | undefined {
  return kind === 'registry' ? 'registries' : undefined;
}

/** Why elements are there that nothing states; each reason once. */
export function assumptionsOf({ elements, flows }: ThreatModel): string[] {
  const reasons = [...elements, ...flows].flatMap(({ assumed }) => assumed ?? []);
  return [...new Set(reasons)];
}

interface Gate {
  readonly gate: string;
  readonly mechanism: string;
  readonly because: string | null;
  /** A line of an artifact closes it. */
  readonly stated: boolean;
  /** How many threats it helps to hold. */
  readonly threats: number;
}

/** Gates over all threats, those first that help most. */
export function gatesOf({ threats }: ThreatModel): Gate[] {
  const gates = new Map<string, Gate>();
  for (const { gate, mechanism, because } of threats.flatMap(({ mitigations }) => mitigations)) {
    const key = `${gate}\n${because}`;
    const earlier = gates.get(key)?.threats ?? 0;
    const stated = because?.includes(' states `') ?? false;
    gates.set(key, { gate, mechanism, because, stated, threats: earlier + 1 });
  }
  return [...gates.values()].sort((a, b) => b.threats - a.threats || (a.gate < b.gate ? -1 : 1));
}

/** In how many blocked findings each mechanism has a part, most first. */
export function mechanismsOf({ threats }: ThreatModel): { readonly mechanism: string; readonly findings: number }[] {
  const held = new Map<string, Set<string>>();
  for (const { finding, verdict, heldBy } of threats.flatMap(({ vectors }) => vectors)) {
    if (verdict !== 'blocked') continue;
    for (const mechanism of new Set(heldBy.flat())) {
      const findings = held.get(mechanism) ?? new Set<string>();
      held.set(mechanism, findings.add(finding));
    }
  }
  return [...held]
    .map(([mechanism, findings]) => ({ mechanism, findings: findings.size }))
    .sort((a, b) => b.findings - a.findings || (a.mechanism < b.mechanism ? -1 : 1));
}
