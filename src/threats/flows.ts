import { type Place, placeOf } from '../posture/index.ts';
import type { Flow } from './document.ts';
import type { System } from './system.ts';
import type { Relation, SystemElement } from './system-types.ts';
import { FLOWS, type FlowRow, ZONE_OF, ZONES } from './zones.data.ts';

/** What moves between elements, in which phase, and over which boundary. Rights of one account are one flow. */
export function flowsOf(system: System): Flow[] {
  const flows = new Map<string, { flow: Flow; details: string[] }>();
  for (const relation of system.relations) {
    const row = rowOf(relation, system);
    if (row === undefined) continue;
    const [from, to] = row.backward === true ? [relation.to, relation.from] : [relation.from, relation.to];
    const id = `${from} ${relation.kind} ${to}`;
    const known = flows.get(id);
    const details = known?.details ?? [];
    if (relation.detail !== undefined) details.push(relation.detail);
    if (known === undefined) flows.set(id, { flow: flowOf(id, from, to, relation, row, system), details });
  }
  return [...flows.values()].map(({ flow, details }) => ({ ...flow, details }));
}

function flowOf(id: string, from: string, to: string, relation: Relation, row: FlowRow, system: System): Flow {
  const zones = [zoneOf(system.element(from)), zoneOf(system.element(to))] as const;
  const place: Place | undefined = placeOf(relation.source);
  return {
    id,
    from,
    to,
    what: row.what,
    bidirectional: row.bidirectional === true,
    phase: row.phase,
    crosses: zones[0] === zones[1] ? null : { from: zones[0], to: zones[1], boundary: boundaryOf(row, zones) },
    source: place === undefined ? null : { path: place.path, line: place.line, column: place.column },
    details: [],
    assumed: relation.assumed ?? null,
  };
}

/** An engine on its host is no flow of its own: its deeds are. */
function rowOf(relation: Relation, system: System): FlowRow | undefined {
  const row = FLOWS[relation.kind];
  if (relation.kind !== 'runs-on') return row;
  return system.element(relation.from)?.kind === 'engine' ? undefined : row;
}

/** What is mounted of the host comes from the host, not from the tenant before. */
function boundaryOf({ boundary, boundaryOfHost }: FlowRow, zones: readonly string[]): string {
  return zones.includes(ZONES.host.name) ? (boundaryOfHost ?? boundary) : boundary;
}

/** Each container is a zone by itself; what several share has one zone. */
export function zoneOf(element: SystemElement | undefined): string {
  if (element === undefined) return ZONES.outside.name;
  // A path of the host is the host's own.
  const zone = element.attributes?.type === 'bind' ? 'host' : ZONE_OF[element.kind];
  return zone === 'container' ? element.id : ZONES[zone].name;
}
