import { Posture, type Statement } from './posture.ts';
import type { Source, StatedSource } from './source.ts';

/**
 * Containers of a fleet repeat few settings (user, capabilities, seccomp, namespaces), each with names, variables, images and
 * mounts of its own. Their settings are folded once for equal values, whoever stated them: in the shared posture a source is a
 * mark, and the posture of a container, which stands on it, knows the place of each mark. So what is worked out for
 * one container's settings holds for every other that has the same.
 */
export class SharedSettings {
  readonly #fold: (settings: readonly Statement[]) => Posture;
  /** The least recently wanted comes first. */
  readonly #known = new Map<string, Shared>();

  /** `fold` must look at facts and phases, never into a source. */
  constructor(fold: (settings: readonly Statement[]) => Posture) {
    this.#fold = fold;
  }

  postureOf(statements: readonly Statement[]): Posture {
    const settings: Statement[] = [];
    const particulars: Statement[] = [];
    const own = familiesOfItsOwn(statements);
    for (const statement of statements) divide(statement, own, settings, particulars);
    const signature = new Signature(settings);
    const shared = this.#shared(signature, settings);
    const places = new Map(shared.marks.map((mark, i) => [mark, signature.sources[i] as StatedSource]));
    return new Posture(particulars, shared.posture, places);
  }

  #shared(signature: Signature, settings: readonly Statement[]): Shared {
    const { text, sources } = signature;
    let shared = this.#known.get(text);
    if (shared === undefined) {
      const marks = sources.map((_, i): StatedSource => ({ ...MARK, line: signature.places[i] as number }));
      const marked = settings.map((statement) => {
        const at = sources.indexOf(statement.source as StatedSource);
        return at < 0 ? statement : { ...statement, source: marks[at] as Source };
      });
      shared = { marks, posture: this.#fold(marked) };
      if (this.#known.size >= MOST_SHARED) this.#known.delete(this.#known.keys().next().value as string);
    } else this.#known.delete(text);
    this.#known.set(text, shared);
    return shared;
  }
}

interface Shared {
  readonly marks: readonly StatedSource[];
  readonly posture: Posture;
}

const MOST_SHARED = 48;
const MARK: StatedSource = { kind: 'stated', path: '', line: 0, column: 0, text: '' };

/** Families and keys that are a container's own in most fleets. A family is wholly on one side, so that its order stays. */
const PARTICULAR_FAMILIES = new Set(['env', 'image', 'limit', 'mount', 'rbac']);
const PARTICULAR_KEYS =
  /^(?:process\.(?:argv|cwd)|network\.published\..*|kubernetes\.(?:namespace|namespace-label\..*|service-account|service-account-token|cloud-identity|token-audience\..*|node-name|node-selector))$/;

/** What is said of a family as a whole, and of no member, is said of many containers alike. */
function familiesOfItsOwn(statements: readonly Statement[]): ReadonlySet<string> {
  const families = new Set<string>();
  for (const { facts } of statements) {
    for (const key in facts) {
      const family = familyOf(key);
      if (PARTICULAR_FAMILIES.has(family) && key !== `${family}.*`) families.add(family);
    }
  }
  return families;
}

function familyOf(key: string): string {
  const dot = key.indexOf('.');
  return dot < 0 ? key : key.slice(0, dot);
}

function divide(
  statement: Statement,
  families: ReadonlySet<string>,
  settings: Statement[],
  particulars: Statement[],
): void {
  const keys = Object.keys(statement.facts);
  const own = keys.filter((key) => families.has(familyOf(key)) || PARTICULAR_KEYS.test(key));
  if (own.length < keys.length) settings.push(own.length === 0 ? statement : without(statement, own));
  if (own.length > 0) particulars.push(own.length === keys.length ? statement : only(statement, own));
}

function only(statement: Statement, keys: readonly string[]): Statement {
  const facts = Object.entries(statement.facts).filter(([key]) => keys.includes(key));
  return { ...statement, facts: Object.fromEntries(facts) as Statement['facts'] };
}

function without(statement: Statement, keys: readonly string[]): Statement {
  return only(
    statement,
    Object.keys(statement.facts).filter((key) => !keys.includes(key)),
  );
}

/**
 * Statements by phase, keys and values. Of what somebody stated, the text tells which statements have one source, and which
 * sources stand at one place: changes are told apart by both.
 */
class Signature {
  readonly text: string;
  readonly sources: StatedSource[] = [];
  /** For each source, the first that stands at the same place. */
  readonly places: number[] = [];
  readonly #names: string[] = [];

  constructor(statements: readonly Statement[]) {
    let text = '';
    for (const { phase, source, facts } of statements) {
      text += `\n${phase} ${source.kind === 'stated' ? this.#number(source) : JSON.stringify(source)}`;
      for (const key in facts) text += `\t${key}=${textOf(facts[key as keyof typeof facts])}`;
    }
    this.text = text;
  }

  #number(source: StatedSource): string {
    let number = this.sources.indexOf(source);
    if (number < 0) {
      number = this.sources.push(source) - 1;
      const name = `${source.path}:${source.line}:${source.column} ${source.text}`;
      const same = this.#names.indexOf(name);
      this.#names.push(name);
      this.places.push(same < 0 ? number : same);
    }
    return `${number}@${this.places[number]}`;
  }
}

/** Equal texts mean equal values; of facts that are unknown, the reason counts. */
function textOf(value: unknown): string {
  return typeof value === 'object' && value !== null
    ? `${value.constructor.name}${JSON.stringify(value, exactly)}`
    : `${typeof value} ${JSON.stringify(value)}`;
}

function exactly(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? { $integer: String(value) } : value;
}
