import type { Told } from '../../paths/document.ts';

/** Why a step can be taken, as a clause. */
export function causeText(cause: Told['cause']): string {
  switch (cause.kind) {
    case 'rule':
      return `${cause.says}${cause.assumed === undefined ? '' : `; assumed: ${cause.assumed}`}`;
    case 'vector': {
      const state = {
        open: cause.vector,
        unknown: `${cause.vector}, not settled`,
        blocked: `${cause.vector}, blocked: ${cause.mechanisms.join(' and ')} must fail`,
      }[cause.verdict];
      return `${cause.title} [${state}]`;
    }
    case 'known':
      return `flaws are known of the release in use, as far as its number tells: ${cause.ids.join(', ')}`;
    case 'flaw': {
      const often =
        cause.perYear === 0
          ? `none in ${cause.years} years would have served`
          : `${cause.perYear.toFixed(1)} a year would have served`;
      const through = cause.through.length === 0 ? '' : `; within reach: ${cause.through.join(', ')}`;
      return `the next ${cause.flaw.replace('-', ' ')}; ${often} here${through}`;
    }
  }
}

export function placeText(place: Told['place'], cause: Told['cause']): string {
  const where = place === null ? '' : `${place.path}:${place.line}`;
  const statement = cause.kind === 'vector' ? cause.statement : '';
  return [where, statement].filter((part) => part !== '').join('  ');
}
