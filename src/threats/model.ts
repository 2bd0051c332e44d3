import type { Declarations, Problem, ResultDocument } from '../check/index.ts';
import { type CofferdamError, placeOf } from '../posture/index.ts';
import type { Vector } from '../vectors/index.ts';
import { endsOf, withAccepted } from './declared.ts';
import { systemOf } from './derive.ts';
import { type ModelElement, RESIDUALS, type Residual, type Threat, type ThreatModel } from './document.ts';
import { flowsOf, zoneOf } from './flows.ts';
import type { SystemObject } from './scene.ts';
import type { SystemElement } from './system-types.ts';
import { threatsOf } from './threats.ts';

export interface ModelOptions {
  readonly vectors: readonly Vector[];
  readonly declarations: Declarations | undefined;
  /** Today, for accepted risks that end. */
  readonly today: Date;
}

/**
 * The threat model of what was read and judged.
 * @throws CofferdamError where a declaration names what is not there.
 */
export function threatModelOf(
  objects: readonly SystemObject[],
  result: ResultDocument,
  { vectors, declarations, today }: ModelOptions,
): ThreatModel {
  const system = systemOf(objects);
  const found = threatsOf(result, system, vectors);
  const { threats, problems } = withAccepted(found, declarations?.acceptedRisks ?? [], { system, vectors, today });
  return {
    schema: 'cofferdam.threats/1',
    tool: result.tool,
    elements: system.elements.map(elementOf),
    flows: flowsOf(system),
    ...endsOf(system, declarations),
    threats,
    errors: [...result.errors, ...problems.map(problemOf)],
    summary: summaryOf(threats),
  };
}

function elementOf(element: SystemElement): ModelElement {
  const place = element.source === undefined ? undefined : placeOf(element.source);
  return {
    id: element.id,
    kind: element.kind,
    name: element.name,
    zone: zoneOf(element),
    source: place === undefined ? null : { path: place.path, line: place.line, column: place.column },
    assumed: element.assumed ?? null,
    targets: element.targets,
  };
}

function problemOf({ code, message, hint, at: { path = '', line, column } }: CofferdamError): Problem {
  return { path, ...(line !== undefined && { line }), ...(column !== undefined && { column }), code, message, hint };
}

function summaryOf(threats: readonly Threat[]): Record<Residual, number> {
  const summary = Object.fromEntries(RESIDUALS.map((level) => [level, 0])) as Record<Residual, number>;
  for (const { residual } of threats) summary[residual]++;
  return summary;
}
