import { CofferdamError, type Place } from '../posture/index.ts';
import {
  DecodeContext,
  type Decoded,
  type Document,
  type Located,
  list,
  object,
  oneOf,
  text,
} from '../readers/document/index.ts';
import type { Severity } from '../vectors/index.ts';

/** What the user declares of the system as a whole, for the threat model and attack paths. Which elements there are is known later. */
export interface DeclaredElement {
  readonly name: string;
  /** Id or name of an element, or the id of an object: `compose.yaml#db`, `secret db_password`. */
  readonly element: string;
  /** Of an asset: how bad its loss is. */
  readonly value: Severity;
  readonly place: Place;
}

/** A threat that is lived with until a day: the id of a row of the table (`container-kernel-E`), or of a vector. */
export interface AcceptedRisk {
  readonly threat: string;
  /** As of a declared element; absent: everywhere. */
  readonly element?: string;
  readonly reason: string;
  /** Last day on which it holds. */
  readonly until: string;
  readonly place: Place;
}

export interface Declarations {
  readonly assets: readonly DeclaredElement[];
  readonly entryPoints: readonly DeclaredElement[];
  readonly acceptedRisks: readonly AcceptedRisk[];
}

const STRICT = { unknownKeys: 'report' } as const;

/** The keys of `cofferdam.yaml` that declare. */
export const DECLARATION_KEYS = {
  assets: list(object({ name: text, element: text, value: oneOf('critical', 'high', 'medium', 'low') }, STRICT)),
  'entry-points': list(object({ name: text, element: text }, STRICT)),
  'accepted-risks': list(object({ threat: text, element: text, reason: text, until: text }, STRICT)),
} as const;

const DECLARATIONS = object(DECLARATION_KEYS);
type Raw = Decoded<typeof DECLARATIONS>;

/** @throws CofferdamError where one is incomplete or says something else than another. */
export function declarationsOf(raw: Raw | undefined, document: Document): Declarations {
  const context = new DecodeContext(document);
  const assets = (raw?.assets ?? []).map((one) => ({
    ...element(one, 'an asset', context),
    value: one.value?.value ?? ('high' as const),
  }));
  const entryPoints = (raw?.['entry-points'] ?? []).map((one) => ({
    ...element(one, 'an entry point', context),
    value: 'high' as const,
  }));
  for (const declared of [assets, entryPoints]) mustAgree(declared, ({ name }) => name, 'name');
  mustAgree(assets, (one) => one.element, 'element');
  const acceptedRisks = (raw?.['accepted-risks'] ?? []).map((one) => acceptedRisk(one, context));
  mustAgree(acceptedRisks, (one) => `${one.threat}${one.element === undefined ? '' : ` of ${one.element}`}`, 'threat');
  return { assets, entryPoints, acceptedRisks };
}

type RawElement = NonNullable<NonNullable<Raw>['entry-points']>[number];

function element(one: RawElement, what: string, context: DecodeContext): Omit<DeclaredElement, 'value'> {
  const place = context.place(one.node);
  return { name: needed(one, 'name', what, place), element: needed(one, 'element', what, place), place };
}

function acceptedRisk(
  one: NonNullable<NonNullable<Raw>['accepted-risks']>[number],
  context: DecodeContext,
): AcceptedRisk {
  const place = context.place(one.node);
  const what = 'an accepted risk';
  const until = needed(one, 'until', what, place);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(until) || Number.isNaN(Date.parse(until)))
    throw new CofferdamError('declaration', `\`${until}\` is not a day`, 'write until: 2027-01-31', place);
  return {
    threat: needed(one, 'threat', what, place),
    reason: needed(one, 'reason', what, place),
    until,
    place,
    ...(one.element !== undefined && { element: one.element.value }),
  };
}

function needed<K extends string>(
  one: { readonly [P in K]?: Located<string> | undefined },
  key: K,
  what: string,
  place: Place,
): string {
  const value = one[key]?.value;
  if (value !== undefined && value !== '') return value;
  throw new CofferdamError('declaration', `${what} needs \`${key}\``, `add ${key}: …`, place);
}

/** Two entries that mean the same thing: one of them is wrong, and which is not for us to say. */
function mustAgree<T extends { readonly place: Place }>(
  all: readonly T[],
  keyOf: (one: T) => string,
  key: string,
): void {
  const seen = new Map<string, T>();
  for (const one of all) {
    const other = seen.get(keyOf(one));
    if (other !== undefined)
      throw new CofferdamError(
        'declaration',
        `the ${key} \`${keyOf(one)}\` is declared in line ${other.place.line} already`,
        'keep one of the two',
        one.place,
      );
    seen.set(keyOf(one), one);
  }
}
