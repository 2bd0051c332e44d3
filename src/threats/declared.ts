import type { AcceptedRisk, Declarations, DeclaredElement } from '../check/index.ts';
import { CofferdamError, type Place } from '../posture/index.ts';
import { nearest } from '../readers/nearest.ts';
import type { Vector } from '../vectors/index.ts';
import type { Declared, Threat } from './document.ts';
import { THREATS } from './stride.data.ts';
import type { System } from './system.ts';
import type { ElementKind, SystemElement } from './system-types.ts';

/** Assets and entry points: those that the user declares, else those that are such by their kind. */
export interface Ends {
  readonly assets: readonly Declared[];
  readonly entryPoints: readonly Declared[];
}

/** @throws CofferdamError where a declaration names no element, or more than one. */
export function endsOf(system: System, declarations: Declarations | undefined): Ends {
  const assets = declarations?.assets ?? [];
  const entryPoints = declarations?.entryPoints ?? [];
  return {
    assets: assets.length > 0 ? assets.map((one) => resolved(one, system)) : usualAssets(system),
    entryPoints: entryPoints.length > 0 ? entryPoints.map((one) => resolved(one, system)) : usualEntryPoints(system),
  };
}

function resolved({ name, element, value, place }: DeclaredElement, system: System): Declared {
  return { name, element: elementNamed(element, system, place).id, declared: true, value };
}

/** By id, by the id of an object of the check result, or by a name that only one has. */
export function elementNamed(named: string, system: System, place: Place): SystemElement {
  const exact = system.element(named) ?? system.ofTarget(named);
  if (exact !== undefined) return exact;
  const alike = system.elements.filter(({ name }) => name === named);
  const [only] = alike;
  if (only !== undefined && alike.length === 1) return only;
  if (only !== undefined) {
    const ids = alike.map(({ id }) => id).slice(0, 5);
    throw new CofferdamError(
      'declaration',
      `several elements have the name \`${named}\``,
      `name one by its id: ${ids.join(', ')}`,
      place,
    );
  }
  const near = nearest(
    named,
    system.elements.flatMap(({ id, name }) => [id, name]),
  );
  const hint =
    near === undefined ? '`cofferdam threats --format json` lists the elements' : `did you mean \`${near}\`?`;
  throw new CofferdamError('declaration', `no element of the system is named \`${named}\``, hint, place);
}

/** What an attacker wants, by kind, with how bad its loss is. */
const USUAL_ASSETS: { readonly [K in ElementKind]?: Declared['value'] } = {
  kernel: 'critical',
  host: 'critical',
  node: 'critical',
  'api-server': 'critical',
  secret: 'high',
  'service-account': 'high',
  volume: 'high',
};

function usualAssets(system: System): Declared[] {
  return system.elements.flatMap(({ id, kind, name }) => {
    const value = USUAL_ASSETS[kind];
    return value === undefined ? [] : [{ name, element: id, declared: false, value }];
  });
}

/** Whoever stands outside, and each container: code in it may be hostile by what it runs or takes in. */
function usualEntryPoints(system: System): Declared[] {
  return [...system.ofKind('user'), ...system.ofKind('container')].map(({ id, kind, name }) => ({
    name: kind === 'container' ? `code in ${name}` : name,
    element: id,
    declared: false,
    value: 'high',
  }));
}

/**
 * The threats with accepted risks applied, and what is wrong with those that had no effect.
 * @throws CofferdamError where one names no threat, vector or element.
 */
export function withAccepted(
  threats: readonly Threat[],
  risks: readonly AcceptedRisk[],
  { system, vectors, today }: { readonly system: System; readonly vectors: readonly Vector[]; readonly today: Date },
): { readonly threats: readonly Threat[]; readonly problems: readonly CofferdamError[] } {
  const day = today.toISOString().slice(0, 10);
  const rows = THREATS.flatMap(({ id, titles }) => Object.keys(titles).map((letter) => `${id}-${letter}`));
  const names = new Set([...rows, ...vectors.map(({ id }) => id)]);
  const active: { readonly risk: AcceptedRisk; readonly element: string | undefined }[] = [];
  const problems: CofferdamError[] = [];
  for (const risk of risks) {
    const { threat, place, until } = risk;
    if (!names.has(threat)) throw unknownThreat(threat, names, place);
    const element = risk.element === undefined ? undefined : elementNamed(risk.element, system, place).id;
    if (until < day)
      problems.push(
        new CofferdamError(
          'accepted-risk-expired',
          `the acceptance of \`${threat}\` ended on ${until}`,
          'mend what is open, or accept it anew with a reason',
          place,
        ),
      );
    else active.push({ risk, element });
  }
  const used = new Set<AcceptedRisk>();
  const applied = threats.map((threat) => {
    const found = active.find(({ risk, element }) => covers(risk, element, threat));
    if (found === undefined) return threat;
    used.add(found.risk);
    const { reason, until } = found.risk;
    return { ...threat, residual: 'accepted' as const, accepted: { reason, until } };
  });
  for (const { risk } of active) {
    if (used.has(risk)) continue;
    const hint = 'remove it, or correct its threat and element';
    problems.push(
      new CofferdamError(
        'accepted-risk-unused',
        `the acceptance of \`${risk.threat}\` matches nothing open`,
        hint,
        risk.place,
      ),
    );
  }
  return { threats: applied, problems };
}

function unknownThreat(threat: string, names: ReadonlySet<string>, place: Place): CofferdamError {
  const near = nearest(threat, [...names]);
  const hint = near === undefined ? 'name a row such as container-kernel-E, or a vector' : `did you mean \`${near}\`?`;
  return new CofferdamError('declaration', `\`${threat}\` is neither a threat nor a vector`, hint, place);
}

/** A row as a whole; a vector where nothing else is open in the threat. */
function covers({ threat: named }: AcceptedRisk, element: string | undefined, threat: Threat): boolean {
  if (threat.counts.open === 0 || (element !== undefined && element !== threat.element)) return false;
  if (threat.row === named) return true;
  const open = threat.vectors.filter(({ verdict, suppressed }) => verdict === 'open' && suppressed === null);
  return open.length > 0 && open.every(({ vector }) => vector === named);
}
