import { CofferdamError } from '../../posture/index.ts';
import type { Document } from '../document/index.ts';
import type { InlineSuppression } from '../subject.ts';
import { startWithComments, yamlSuppressions } from '../suppressions.ts';

/** Comments of one document by the service that they stand in or directly above; `all` for those before the first key. */
export interface Suppressions {
  readonly all: readonly InlineSuppression[];
  readonly byService: ReadonlyMap<string, readonly InlineSuppression[]>;
}

interface Stretch {
  readonly service: string;
  readonly start: number;
  readonly end: number;
}

export function readSuppressions(document: Document, problems: CofferdamError[]): Suppressions {
  const all: InlineSuppression[] = [];
  const byService = new Map<string, InlineSuppression[]>();
  const found = yamlSuppressions(document, (problem) => problems.push(problem));
  if (found.length === 0) return { all, byService };
  const stretches = stretchesOf(document);
  const top = firstKey(document);
  for (const { offset, ...suppression } of found) {
    const owner = stretches.find(({ start, end }) => offset >= start && offset < end);
    if (owner !== undefined) byService.set(owner.service, [...(byService.get(owner.service) ?? []), suppression]);
    else if (offset < top) all.push(suppression);
    else problems.push(unattached(suppression));
  }
  return { all, byService };
}

function unattached({ place }: InlineSuppression): CofferdamError {
  const hint = 'put it into a service, directly above one, or at the top of the file';
  return new CofferdamError('suppression-unattached', 'the comment stands at no service', hint, place);
}

function firstKey({ root }: Document): number {
  const starts = root.kind === 'map' ? [...root.entries.values()].map((entry) => entry.keyStart) : [];
  return starts.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}

/** From the comments directly above a service's name to those above the next key on its level or above. */
function stretchesOf({ root, lines: { text } }: Document): Stretch[] {
  const services = root.kind === 'map' ? root.entries.get('services')?.value : undefined;
  if (root.kind !== 'map' || services?.kind !== 'map') return [];
  const keys = [...services.entries].map(([service, { keyStart }]) => ({ service, keyStart }));
  const others = [...root.entries.values()].map(({ keyStart }) => startWithComments(text, keyStart));
  const starts = keys.map(({ keyStart }) => startWithComments(text, keyStart));
  const begins = [...starts, ...others].sort((a, b) => a - b);
  return keys.map(({ service, keyStart }, i) => ({
    service,
    start: starts[i] as number,
    end: begins.find((begin) => begin > keyStart) ?? text.length,
  }));
}
