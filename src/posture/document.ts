/**
 * A posture as a document, `cofferdam.posture/1`: what a program writes down and reads back, one object a line where there
 * are many (JSON Lines). Published as `schema/posture-1.json`. A fact that is not known is `{ "$unknown": "why" }`, a number
 * beyond what JSON holds exactly `{ "$integer": "digits" }`.
 */
import { PHASES, type Phase } from '../lifecycle/index.ts';
import { kindOfFact } from './fact-schema.ts';
import { type Statement, Unknown } from './posture.ts';
import { CofferdamError } from './problem.ts';
import type {
  AssumedSource,
  ChangedSource,
  DefaultSource,
  ObservedSource,
  Place,
  Source,
  StatedSource,
} from './source.ts';
import {
  isObject,
  type Kind,
  list,
  Mismatch,
  natural,
  object,
  optional,
  text,
  variants,
  wayText,
  within,
  words,
} from './value-kind.ts';

const POSTURE_SCHEMA = 'cofferdam.posture/1';

type PostureKind = 'workload' | 'image' | 'engine' | 'host' | 'cluster';

type PostureArtifact =
  | 'dockerfile'
  | 'compose'
  | 'docker-run'
  | 'podman-run'
  | 'kubernetes'
  | 'oci-config'
  | 'docker-inspect'
  | 'podman-inspect'
  | 'daemon-json'
  | 'host-profile'
  | 'posture'
  | 'process';

export interface PostureDocument {
  readonly id: string;
  readonly kind: PostureKind;
  readonly name: string;
  /** The language of its statements, in which fixes are written. */
  readonly artifact: PostureArtifact;
  /**
   * `docker@29.7.2`: what that engine does when nothing is said is among the statements already. `docker`: engines of this
   * family will start it, `check` lays their defaults beneath. Absent: the statements are all there is.
   */
  readonly engine?: string;
  readonly place: Place;
  /** In order; the last that speaks of a key decides it. */
  readonly statements: readonly Statement[];
}

const place = { path: text, line: natural, column: natural, endColumn: optional(natural) };

const source: Kind<Source> = variants<Source>({
  stated: object<StatedSource>({ kind: words('stated'), ...place, text, via: optional(list(object<Place>(place))) }),
  default: object<DefaultSource>({ kind: words('default'), engine: text, cite: text }),
  observed: object<ObservedSource>({ kind: words('observed'), from: text }),
  assumed: object<AssumedSource>({ kind: words('assumed'), ...place }),
  changed: object<ChangedSource>({ kind: words('changed'), by: text }),
});

const unknownValue = object<{ $unknown: string }>({ $unknown: text });

/** Facts stay as they are in memory; here only their surface, the reader below asks each key for its kind. */
const facts: Kind<Statement['facts']> = {
  expected: 'a mapping of facts',
  schema: { $ref: '#/$defs/facts' },
  suits: isObject,
  read: (json) => {
    if (!isObject(json)) throw new Mismatch('a mapping of facts', json);
    for (const key of Object.keys(json)) json[key] = within(key, () => readFact(key, json[key]));
    return json as Statement['facts'];
  },
};

function readFact(key: string, json: unknown): unknown {
  const kind = kindOfFact(key);
  if (kind === undefined) throw new Mismatch('a key that a posture knows', key);
  if (isObject(json) && '$unknown' in json) return new Unknown(unknownValue.read(json).$unknown);
  return kind.read(json);
}

interface Wire extends PostureDocument {
  readonly schema: typeof POSTURE_SCHEMA;
}

const DOCUMENT: Kind<Wire> = object<Wire>({
  schema: words(POSTURE_SCHEMA),
  id: text,
  kind: words('workload', 'image', 'engine', 'host', 'cluster'),
  name: text,
  artifact: words(
    'dockerfile',
    'compose',
    'docker-run',
    'podman-run',
    'kubernetes',
    'oci-config',
    'docker-inspect',
    'podman-inspect',
    'daemon-json',
    'host-profile',
    'posture',
    'process',
  ),
  engine: optional(text),
  place: object<Place>(place),
  statements: list(object<Statement>({ phase: words<Phase>(...PHASES), source, facts })),
});

/** What the published schema says of the document apart from its facts. */
export const DOCUMENT_SCHEMA = DOCUMENT.schema;
export const UNKNOWN_SCHEMA = unknownValue.schema;

/** One line, keys in a fixed order. */
export function writePosture(document: PostureDocument): string {
  const { id, kind, name, artifact, engine, place: at, statements } = document;
  const wire = {
    schema: POSTURE_SCHEMA,
    id,
    kind,
    name,
    artifact,
    ...(engine !== undefined && { engine }),
    place: at,
    statements: statements.map((statement) => ({
      phase: statement.phase,
      source: statement.source,
      facts: statement.facts,
    })),
  };
  return JSON.stringify(wire, plainForm);
}

function plainForm(_: string, value: unknown): unknown {
  if (value instanceof Unknown) return { $unknown: value.why };
  return typeof value === 'bigint' ? { $integer: String(value) } : value;
}

/** Large values that many postures share: kept once, so that what is made of them is made once too. */
const SHARED_KEYS = ['seccomp', 'request.seccomp'] as const;
const MOST_SHARED = 64;

/** Reads postures one after the other; what they have in common is shared between them. */
export class PostureReader {
  readonly #shared = new Map<string, unknown>();

  /**
   * @throws CofferdamError `posture-syntax` with the way to the first wrong value.
   */
  read(line: string, at: Partial<Place>): PostureDocument {
    const json = parse(line, at);
    try {
      const put = this.#takeShared(json);
      const { schema: _, ...document } = DOCUMENT.read(json);
      put();
      return { ...document, statements: withOneSourceEach(document.statements) };
    } catch (error) {
      if (!(error instanceof Mismatch)) throw error;
      const way = error.way.length === 0 ? '' : `\`${wayText(error.way)}\`: `;
      throw new CofferdamError('posture-syntax', `${way}${error.message}`, HINT, at);
    }
  }

  /** Takes out filters that were read before, and gives what puts them, and those that were now read, in their places. */
  #takeShared(json: unknown): () => void {
    const later: (() => void)[] = [];
    const statements = isObject(json) && Array.isArray(json.statements) ? json.statements : [];
    for (const statement of statements) {
      const stated = isObject(statement) && isObject(statement.facts) ? statement.facts : {};
      for (const key of SHARED_KEYS) {
        if (!Object.hasOwn(stated, key)) continue;
        const written = `${key} ${JSON.stringify(stated[key])}`;
        // An unknown needs no look inside; it holds the key's place in the order of the mapping.
        if (this.#shared.has(written)) stated[key] = { $unknown: '' };
        later.push(() => {
          stated[key] = this.#share(written, stated[key]);
        });
      }
    }
    return () => {
      for (const put of later) put();
    };
  }

  #share(written: string, value: unknown): unknown {
    const known = this.#shared.get(written);
    if (known !== undefined) return known;
    if (this.#shared.size >= MOST_SHARED) {
      const [oldest] = this.#shared.keys();
      if (oldest !== undefined) this.#shared.delete(oldest);
    }
    this.#shared.set(written, value);
    return value;
  }
}

const HINT = 'schema/posture-1.json says what a posture holds; cofferdam export --format posture writes one';

function parse(line: string, at: Partial<Place>): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new CofferdamError('json-syntax', 'this is not valid JSON', 'write one posture a line, as plain JSON', at);
  }
}

/** Statements that one line of an artifact made share their source in memory; by that it is taken back as a whole. */
function withOneSourceEach(statements: readonly Statement[]): Statement[] {
  const sources = new Map<string, Source>();
  return statements.map((statement) => {
    const key = JSON.stringify(statement.source);
    const known = sources.get(key);
    if (known === undefined) sources.set(key, statement.source);
    return known === undefined ? statement : { ...statement, source: known };
  });
}
