import type { Phase } from '../lifecycle/index.ts';
import type { FactKey, FactTypes } from './keys.ts';
import { wildcardOf } from './keys.ts';
import type { Source, StatedSource } from './source.ts';

/** A value that nobody stated or that cannot be known at rest, with why. Never guessed away. */
export class Unknown {
  readonly why: string;
  constructor(why: string) {
    this.why = why;
  }
}

export type Value<T> = T | Unknown;

/** One value with its source. */
export interface Fact<T> {
  readonly key: string;
  readonly value: Value<T>;
  readonly source: Source;
  readonly phase: Phase;
}

/**
 * What one statement of an artifact (or one engine default, one observation) contributes: some facts with one source.
 * Statements are the grain at which a weakness came in, and at which it can be withdrawn again.
 */
export interface Statement {
  readonly phase: Phase;
  readonly source: Source;
  readonly facts: { readonly [K in FactKey]?: Value<FactTypes[K]> };
}

/**
 * A fact under a key made at run time (`mount.${path}`): TypeScript widens a computed key to `string`; this keeps key and
 * value together. Several are joined by spreading: `{ ...factOf(a, x), ...factOf(b, y) }`.
 */
export function factOf<K extends FactKey>(key: K, value: Value<FactTypes[K]>): Statement['facts'] {
  return { [key]: value } as Statement['facts'];
}

/** All statements of one life-cycle phase, in order. */
export interface Layer {
  readonly phase: Phase;
  readonly statements: readonly Statement[];
}

export type Change =
  /** Take a statement of the artifact back, with everything it decided: what it overrode, or the engine's default, holds again. */
  | { readonly kind: 'withdraw'; readonly source: StatedSource }
  /** State a fact anew, as the last word. */
  | { readonly kind: 'set'; readonly key: FactKey; readonly value: unknown };

/** Where the marks of a base stand in the artifact of the posture that stands on it (`settings.ts`). */
export type Places = ReadonlyMap<Source, StatedSource>;

/**
 * Statements folded in order: for each key the last one wins and keeps the credit, what it overrode stays reachable.
 * Immutable. A posture may stand on another: its own statements come after those of its base, which is how a hundred
 * thousand containers share the defaults of one engine, and how a change is tried without folding everything again.
 */
export class Posture {
  readonly #base: Posture | undefined;
  readonly #places: Places | undefined;
  readonly #own: readonly Statement[];
  /** By key, the position of the last own statement that speaks of it. */
  readonly #last = new Map<string, number>();
  readonly #facts = new Map<string, Fact<unknown> | null>();
  readonly #families = new Map<string, ReadonlyMap<string, Fact<unknown>>>();
  /** Keys asked for while somebody wants to know; a family as its prefix with a star. */
  #reads: string[] | undefined;

  constructor(statements: readonly Statement[], base?: Posture, places?: Places) {
    this.#own = statements;
    this.#base = base;
    this.#places = places !== undefined && places.size > 0 ? places : undefined;
    for (let i = 0; i < statements.length; i++)
      for (const key in (statements[i] as Statement).facts) this.#last.set(key, i);
  }

  static fold(layers: readonly Layer[]): Posture {
    return new Posture(layers.flatMap((layer) => layer.statements));
  }

  /** What this posture stands on, if anything. */
  get base(): Posture | undefined {
    return this.#base;
  }

  /** Keys that its own statements speak of, beyond its base. */
  touchedHere(): Touched {
    return new Touched(new Set(this.#last.keys()));
  }

  get statements(): readonly Statement[] {
    return this.#base === undefined
      ? this.#own
      : [...this.#base.statements.map((one) => this.placed(one)), ...this.#own];
  }

  /** Something of the base, with the source that it has here: the thing itself where that is no mark. */
  placed<T extends { readonly source: Source }>(thing: T): T {
    const source = this.#places?.get(thing.source);
    return source === undefined ? thing : { ...thing, source };
  }

  /** The deciding fact for a key, or undefined when no statement speaks of it. */
  get<K extends FactKey>(key: K): Fact<FactTypes[K]> | undefined {
    this.#reads?.push(key);
    return this.#decide(key) as Fact<FactTypes[K]> | undefined;
  }

  #decide(key: string): Fact<unknown> | undefined {
    let fact = this.#facts.get(key);
    if (fact === undefined) {
      fact = this.#find(key) ?? null;
      this.#facts.set(key, fact);
    }
    return fact ?? undefined;
  }

  /** The known value, or undefined when unknown or not stated. For tables and reports; gates must ask `get`. */
  known<K extends FactKey>(key: K): FactTypes[K] | undefined {
    const value = this.get(key)?.value;
    return value instanceof Unknown ? undefined : value;
  }

  /** Every fact stated for a key, the deciding one first: what was overridden follows. */
  history<K extends FactKey>(key: K): readonly Fact<FactTypes[K]>[] {
    this.#reads?.push(key);
    const wildcard = wildcardOf(key);
    const found = this.#own.flatMap((statement) => factAt(statement, key, wildcard) ?? []) as Fact<FactTypes[K]>[];
    return [...found.reverse(), ...(this.#base?.history(key) ?? []).map((fact) => this.placed(fact))];
  }

  /** The deciding facts of a family, by the rest of the key: `family('mount.')` gives every destination. Wildcards are left out. */
  family<V>(prefix: string): ReadonlyMap<string, Fact<V>> {
    this.#reads?.push(`${prefix}*`);
    let members = this.#families.get(prefix);
    if (members === undefined) {
      members = this.#membersOf(prefix);
      this.#families.set(prefix, members);
    }
    return members as ReadonlyMap<string, Fact<V>>;
  }

  /** Runs something and gives the keys that it asked for, as `Touched` takes them. */
  reading<T>(run: () => T): { readonly value: T; readonly reads: readonly string[] } {
    const reads: string[] = [];
    this.#reads = reads;
    try {
      return { value: run(), reads };
    } finally {
      this.#reads = undefined;
    }
  }

  /** Keys whose facts may be others after the changes: those that are set, and those of statements taken back. */
  touchedBy(changes: readonly Change[]): Touched {
    const keys = new Set<string>();
    for (const change of changes) {
      if (change.kind === 'set') keys.add(change.key);
      else for (const statement of this.#statedBy(change.source)) for (const key in statement.facts) keys.add(key);
    }
    return new Touched(keys);
  }

  *#statedBy(source: Source): Iterable<Statement> {
    if (this.#base !== undefined) yield* this.#base.#statedBy(this.#markOf(source));
    for (const statement of this.#own) if (statement.source === source) yield statement;
  }

  /** What a source is called in the base. */
  #markOf(source: Source): Source {
    for (const [mark, place] of this.#places ?? []) if (place === source) return mark;
    return source;
  }

  /** The posture after some changes, tried together. */
  with(changes: readonly Change[], by: string): Posture {
    const withdrawn = new Set<Source>();
    const facts: Record<string, unknown> = {};
    for (const change of changes) {
      if (change.kind === 'withdraw') withdrawn.add(change.source);
      else facts[change.key] = change.value;
    }
    const kept = withdrawn.size > 0 ? this.#without(withdrawn) : this;
    if (Object.keys(facts).length === 0) return kept;
    return new Posture(
      [{ phase: 'request', source: { kind: 'changed', by }, facts: facts as Statement['facts'] }],
      kept,
    );
  }

  /** A base none of whose statements is withdrawn stays as it is, with all it has found. */
  #without(withdrawn: ReadonlySet<Source>): Posture {
    const marks = new Set([...withdrawn].map((source) => this.#markOf(source)));
    const base = this.#base === undefined ? undefined : this.#base.#without(marks);
    const own = this.#own.filter((statement) => !withdrawn.has(statement.source));
    return own.length === this.#own.length && base === this.#base ? this : new Posture(own, base, this.#places);
  }

  #find(key: string): Fact<unknown> | undefined {
    const wildcard = wildcardOf(key);
    const exact = this.#last.get(key) ?? -1;
    const family = wildcard === undefined ? -1 : (this.#last.get(wildcard) ?? -1);
    const last = Math.max(exact, family);
    if (last >= 0) return factAt(this.#own[last] as Statement, key, wildcard);
    const inherited = this.#base === undefined ? undefined : this.#base.#decide(key);
    return inherited && this.placed(inherited);
  }

  #membersOf(prefix: string): ReadonlyMap<string, Fact<unknown>> {
    const inherited = this.#base?.family<unknown>(prefix);
    const own = [...this.#last.keys()].filter((key) => key.startsWith(prefix));
    if (own.length === 0 && inherited !== undefined && this.#places === undefined) return inherited;
    const members = new Map<string, Fact<unknown>>();
    const rests = [...(inherited?.keys() ?? []), ...own.map((key) => key.slice(prefix.length))];
    for (const rest of rests) {
      // A later wildcard may have overridden the member: the deciding fact is asked for anew.
      if (rest !== '*' && !members.has(rest)) members.set(rest, this.#decide(`${prefix}${rest}`) as Fact<unknown>);
    }
    return members;
  }
}

/** A set of keys, some of them wildcards of their families. */
export class Touched {
  readonly keys: ReadonlySet<string>;
  readonly #prefixes: readonly string[];

  constructor(keys: ReadonlySet<string>) {
    this.keys = keys;
    this.#prefixes = [...keys].filter((key) => key.endsWith('.*')).map((key) => key.slice(0, -1));
  }

  /** Whether the key is among them, by itself or by a wildcard. */
  speaksOf(key: string): boolean {
    return this.keys.has(key) || this.#prefixes.some((prefix) => key.startsWith(prefix));
  }
}

function factAt(statement: Statement, key: string, wildcard: string | undefined): Fact<unknown> | undefined {
  const facts = statement.facts as Readonly<Record<string, Value<unknown> | undefined>>;
  const value = facts[key] ?? (wildcard === undefined ? undefined : facts[wildcard]);
  return value === undefined ? undefined : { key, value, source: statement.source, phase: statement.phase };
}
