import type { Expr } from '../model/index.ts';
import { all, any, host, kernel } from '../model/words.ts';
import { type Component, componentOf } from './components.data.ts';
import type { Entry, Need, PastVulnerability, Range } from './entry.ts';
import { OF_THE_COMPONENT, PATTERNS, PRECONDITIONS, type Precondition } from './preconditions.data.ts';

/** Records turned into entries: names of the vocabulary into gates, version ranges into comparisons of releases. */

/** A condition by its name; undefined where the vocabulary has none of that name. */
export function preconditionNamed(name: string): Precondition | undefined {
  if (Object.hasOwn(PRECONDITIONS, name)) return PRECONDITIONS[name];
  for (const pattern of PATTERNS) {
    const [, rest] = pattern.name.exec(name) ?? [];
    const is = rest === undefined ? undefined : pattern.is(rest);
    if (is !== undefined) return { is };
  }
  return undefined;
}

/** @throws RangeError where a record needs what the vocabulary or the components do not have; a test keeps it from shipping. */
export function entryOf(record: PastVulnerability): Entry {
  const component = componentOf(record.component);
  if (component === undefined) throw new RangeError(`${record.id}: no component ${record.component}`);
  const stated = record.needs.filter((need) => typeof need !== 'string' || !OF_THE_COMPONENT.test(need));
  const named = stated.map((need) => preconditionOf(need, record.id));
  return {
    ...conditionsOf(component, named, record.ranges),
    id: record.id,
    ...(record.aka !== undefined && { aka: record.aka }),
    title: record.title,
    year: record.year,
    gain: record.result,
    component: record.component,
    phase: record.phase,
    confidence: record.confidence,
    affected: record.affected,
    fixed: record.fixed,
    own: false,
    record,
  };
}

/** What a component and its conditions decide of an entry. */
export function conditionsOf(
  component: Component,
  needs: readonly Precondition[],
  ranges: readonly Range[] | undefined,
): Pick<Entry, 'family' | 'when' | 'beneath' | 'isAffected' | 'ofEngine' | 'routes'> {
  const affected = ranges === undefined ? undefined : affectedRelease(component, ranges);
  const route = [
    ...(component.through === undefined ? [] : [component.through]),
    ...needs.flatMap(({ is, asks }) => (asks ? [] : [is])),
  ];
  return {
    family: component.family,
    when: [
      ...(component.inUse === undefined ? [] : [component.inUse]),
      ...needs.flatMap(({ is, asks }) => (asks ? [is] : [])),
    ],
    ...(component.beneath !== undefined && { beneath: component.beneath }),
    ...(affected !== undefined && { isAffected: affected }),
    ofEngine: component.releases?.includes('engine.version') ?? false,
    routes: [route],
  };
}

function preconditionOf(need: Need, id: string): Precondition {
  if (typeof need !== 'string') return { is: nested(need, id) };
  const found = preconditionNamed(need);
  if (found === undefined) throw new RangeError(`${id}: no precondition ${need}`);
  return found;
}

function nested(need: Need, id: string): Expr {
  if (typeof need === 'string') return preconditionOf(need, id).is;
  const [kind, parts] = 'or' in need ? (['any', need.or] as const) : (['all', need.all] as const);
  const compiled = parts.map((part) => nested(part, id));
  return kind === 'any' ? any('one of these', ...compiled) : all('all of these', ...compiled);
}

function affectedRelease(component: Component, ranges: readonly Range[]): Expr | undefined {
  const { releases = [] } = component;
  if (releases.length === 0) return undefined;
  if (releases.includes('host.kernel')) return affectedKernel(ranges);
  // A fact that nobody states says nothing: each that is stated must name an affected release.
  return all('the release in use is affected', ...releases.map((key) => affectedBy(key, ranges)));
}

function affectedBy(key: string, ranges: readonly Range[]): Expr {
  return any(
    `${key} is affected`,
    ...ranges.map(
      ([from, below]): Expr => ({
        gate: 'version',
        key,
        mechanism: 'runtime',
        ...(from !== '' && { from }),
        ...(below !== '' && { below }),
      }),
    ),
  );
}

/** Vendors who bring functions of newer kernels into old ones bring their flaws, too: there only the upper end tells. */
const BACKPORTING_VENDORS = '\\.(el|oe|an|tl)\\d|-default$|tlinux';

function affectedKernel(ranges: readonly Range[]): Expr {
  const [, last] = ranges.at(-1) ?? ['', ''];
  const within = ranges.map(([from, below]) =>
    kernel({ ...(from !== '' && { since: from }), ...(below !== '' && { before: below }), usually: 'passes' }),
  );
  return any(
    'the kernel is affected',
    ...within,
    all(
      'a kernel into which its vendor brings newer functions',
      host('host.kernel', { matches: BACKPORTING_VENDORS }),
      kernel({ before: last }),
    ),
  );
}
