import { CAPABILITIES } from '../../kernel/capabilities.ts';
import type { FactKey } from '../../posture/index.ts';
import { nearest } from '../nearest.ts';
import { FLAG_ROWS, GLOBAL_ROWS } from './flags.data.ts';

export type RunEngine = 'docker' | 'podman' | 'nerdctl';
export type FlagKind = 'switch' | 'value' | 'list';

interface Meaning {
  readonly short?: string;
  readonly aliases?: readonly string[];
  /** What turns it into facts, by name (see emitters.ts). */
  readonly emit?: string;
  /** The facts it may state; `x.?` is some member of a family, not known which, and `x.*` all of them. */
  readonly states?: readonly string[];
  /** Letters of the engines that split the value at commas (pflag's StringSlice). */
  readonly commas?: string;
  /** Counts before, or after, all others wherever it stands: the engine fills in the rest around it. */
  readonly early?: boolean;
  readonly late?: boolean;
}

export type FlagRow = readonly [name: string, kind: FlagKind, engines: string, meaning?: Meaning];
export type GlobalRow = FlagRow;

/** One flag as an engine's command line knows it. */
export interface Flag extends Omit<Meaning, 'commas' | 'states' | 'aliases'> {
  readonly name: string;
  readonly kind: FlagKind;
  readonly engines: readonly RunEngine[];
  readonly aliases: readonly string[];
  readonly states: readonly string[];
  readonly splitBy: readonly RunEngine[];
}

const LETTERS: readonly (readonly [string, RunEngine])[] = [
  ['d', 'docker'],
  ['p', 'podman'],
  ['n', 'nerdctl'],
];

function engines(letters: string): RunEngine[] {
  return LETTERS.filter(([letter]) => letters.includes(letter)).map(([, engine]) => engine);
}

function flagOf([name, kind, letters, meaning = {}]: FlagRow): Flag {
  const { commas = '', states = [], aliases = [], ...rest } = meaning;
  return { ...rest, name, kind, engines: engines(letters), splitBy: engines(commas), aliases, states };
}

/** Every flag of `run` and `create`, in the order in which a page should show them. */
export const RUN_FLAGS: readonly Flag[] = FLAG_ROWS.map(flagOf);
const GLOBAL_FLAGS: readonly Flag[] = GLOBAL_ROWS.map(flagOf);

/** The flags that an engine understands at one place of its command line. */
export class FlagTable {
  readonly flags: readonly Flag[];
  readonly #names = new Map<string, Flag>();
  readonly #shorts = new Map<string, Flag>();

  constructor(own: readonly Flag[], inherited: readonly Flag[] = []) {
    this.flags = [...own, ...inherited];
    for (const flag of this.flags) {
      if (flag.short !== undefined && !this.#shorts.has(flag.short)) this.#shorts.set(flag.short, flag);
      for (const name of [flag.name, ...flag.aliases]) if (!this.#names.has(name)) this.#names.set(name, flag);
    }
  }

  long(name: string): Flag | undefined {
    return this.#names.get(name);
  }

  short(letter: string): Flag | undefined {
    return this.#shorts.get(letter);
  }

  /** The flag whose name is nearest, where one is near enough to be a slip of the hand. */
  nearest(name: string): Flag | undefined {
    const near = nearest(name, [...this.#names.keys()]);
    return near === undefined ? undefined : this.#names.get(near);
  }
}

const tables = new Map<string, FlagTable>();

function table(key: string, make: () => FlagTable): FlagTable {
  const found = tables.get(key) ?? make();
  tables.set(key, found);
  return found;
}

/** Podman's and nerdctl's root flags are persistent (cobra): `podman run --runtime crun` is `podman --runtime crun run`. */
export function runTable(engine: RunEngine): FlagTable {
  const has = (flag: Flag): boolean => flag.engines.includes(engine);
  return table(
    `run ${engine}`,
    () => new FlagTable(RUN_FLAGS.filter(has), engine === 'docker' ? [] : GLOBAL_FLAGS.filter(has)),
  );
}

export function globalTable(engine: RunEngine): FlagTable {
  return table(`global ${engine}`, () => new FlagTable(GLOBAL_FLAGS.filter((flag) => flag.engines.includes(engine))));
}

/** The keys a flag may state, families written out where their members are a closed list. */
export function statedKeys(flag: Flag): readonly FactKey[] {
  return flag.states.flatMap((key) =>
    key === 'request.capability.*'
      ? ['ALL', ...CAPABILITIES].map((capability) => `request.capability.${capability}` as FactKey)
      : [key as FactKey],
  );
}
